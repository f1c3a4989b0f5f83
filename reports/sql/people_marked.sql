-- A page of the people with a standing hardship mark who are not enrolled now.
-- In:    %(campaign)s, %(insurance)s, %(coverage_from)s, %(at)s, %(units)s: bigint[] in the order of
--        the list, %(pinyin)s, %(resident)s: begin behind this person of the first unit, or null;
--        %(limit)s
-- Out:   resident_id, unit_id (of the registration, else the village), name, born_on, category,
--        head4, last4, group_no, household number, relation, registered_at, own_fen,
--        on_behalf_fen, hardship, whether enrolled the period before (if not registered)
-- Grain: resident; units in their order, people by pinyin
-- Index: registrations_of_a_unit, residents_of_a_village, marked_once_with_a_category; each unit
--        asked for is read whole, so ask for a few at a time
-- Lock:  none
select page.resident_id, page.unit_id, page.name, page.born_on, page.category,
       paper.head4, paper.last4, home.group_no, home.number, page.relation,
       page.registered_at, page.own_fen, page.on_behalf_fen, page.hardship, page.missed
from (
    select unit.ord, unit.id as unit_id, person.*
    from unnest(%(units)s::bigint[]) with ordinality as unit (id, ord)
    cross join lateral (
        select p.id as resident_id, p.name, p.pinyin, p.born_on, p.household_id, p.relation,
               here.category, here.registered_at, here.own_fen, here.on_behalf_fen,
               mark.category as hardship, here.missed
        from (
            select r.resident_id, r.category, r.registered_at, r.own_fen, r.on_behalf_fen,
                   false as missed
            from enrollment_registration r
            cross join lateral (
                select coalesce(sum(fen) filter (where part = 'own'), 0) as own_fen,
                       coalesce(sum(fen) filter (where part = 'on_behalf'), 0) as on_behalf_fen
                from (select part, fen from payments_match m
                      where m.registration_id = r.id and m.ended_at is null and m.alone
                        and m.at <= %(at)s
                      union all
                      select part, fen from payments_match m
                      where m.registration_id = r.id and m.ended_at is null and not m.alone
                        and m.at <= %(at)s) live
            ) met
            where r.campaign_id = %(campaign)s and r.unit_id = unit.id and r.ended_at is null
              and r.registered_at <= %(at)s
              and (r.own_fen > met.own_fen or r.on_behalf_fen > met.on_behalf_fen)
            union all
            select v.id, v.category, null, null, null, prior.id is not null
            from enrollment_resident v
            left join enrollment_priorenrollment prior
                   on prior.resident_id = v.id and prior.insurance = %(insurance)s
                  and prior.coverage_from = (%(coverage_from)s::date - interval '1 year')::date
            where v.village_id = unit.id
              and not exists (
                  select from enrollment_registration r
                  where r.resident_id = v.id and r.campaign_id = %(campaign)s
                    and r.ended_at is null and r.registered_at <= %(at)s)
        ) here
        join enrollment_resident p on p.id = here.resident_id
        cross join lateral (
            select category from subsidies_entitlement
            where campaign_id = %(campaign)s and resident_id = here.resident_id
              and ended_at is null
            order by category limit 1
        ) mark
        where unit.ord > 1 or %(resident)s::bigint is null
           or (p.pinyin, p.id) > (%(pinyin)s, %(resident)s::bigint)
        order by p.pinyin, p.id
        limit %(limit)s
    ) person
    order by unit.ord, person.pinyin, person.resident_id
    limit %(limit)s
) page
left join enrollment_identity paper on paper.resident_id = page.resident_id and paper.current
left join enrollment_household home on home.id = page.household_id
order by page.ord, page.pinyin, page.resident_id
