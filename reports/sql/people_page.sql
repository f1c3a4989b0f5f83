-- A page of the people registered in counting units, at an instant.
-- In:    %(campaign)s, %(at)s, %(units)s: bigint[] in the order of the list,
--        %(status)s: registered, enrolled, unpaid; %(pinyin)s, %(resident)s: begin behind this
--        person of the first unit, or null; %(limit)s
-- Out:   resident_id, unit_id, name, born_on, category, head4, last4, group_no, household number,
--        relation, registered_at, own_fen, on_behalf_fen, hardship, enrolled
-- Grain: registration; units in their order, people by pinyin
-- Index: registrations_of_a_unit; each unit asked for is read whole, so ask for a few at a time
-- Lock:  none
select page.resident_id, page.unit_id, page.name, page.born_on, page.category,
       paper.head4, paper.last4, home.group_no, home.number, page.relation,
       page.registered_at, page.own_fen, page.on_behalf_fen, page.hardship, page.enrolled
from (
    select unit.ord, person.*
    from unnest(%(units)s::bigint[]) with ordinality as unit (id, ord)
    cross join lateral (
        select p.id as resident_id, r.unit_id, p.name, p.pinyin, p.born_on, r.category,
               p.household_id, p.relation, r.registered_at, r.own_fen, r.on_behalf_fen, r.hardship,
               settled.enrolled
        from enrollment_registration r
        join enrollment_resident p on p.id = r.resident_id
        left join payments_match own
               on own.registration_id = r.id and own.part = 'own' and own.ended_at is null
              and own.alone and own.at <= %(at)s
        left join payments_match behalf
               on behalf.registration_id = r.id and behalf.part = 'on_behalf'
              and behalf.ended_at is null and behalf.alone and behalf.at <= %(at)s
        cross join lateral (
            select sum(m.fen) filter (where m.part = 'own') as own_fen,
                   sum(m.fen) filter (where m.part = 'on_behalf') as on_behalf_fen
            from payments_match m
            where m.registration_id = r.id and (m.ended_at is not null or not m.alone)
              and m.at <= %(at)s and (m.ended_at is null or m.ended_at > %(at)s)
        ) others
        cross join lateral (
            select r.own_fen <= coalesce(own.fen, 0) + coalesce(others.own_fen, 0)
               and r.on_behalf_fen <= coalesce(behalf.fen, 0) + coalesce(others.on_behalf_fen, 0)
               as enrolled
        ) settled
        where r.campaign_id = %(campaign)s
          and r.unit_id = unit.id
          and r.registered_at <= %(at)s
          and (r.ended_at is null or r.ended_at > %(at)s)
          and (%(status)s = 'registered' or settled.enrolled = (%(status)s = 'enrolled'))
          and (unit.ord > 1 or %(resident)s::bigint is null
               or (p.pinyin, p.id) > (%(pinyin)s, %(resident)s::bigint))
        order by p.pinyin, p.id
        limit %(limit)s
    ) person
    order by unit.ord, person.pinyin, person.resident_id
    limit %(limit)s
) page
left join enrollment_identity paper on paper.resident_id = page.resident_id and paper.current
left join enrollment_household home on home.id = page.household_id
order by page.ord, page.pinyin, page.resident_id
