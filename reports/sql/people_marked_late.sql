-- A page of the people who bear a standing hardship mark that was entered too late.
-- In:    %(campaign)s, %(insurance)s, %(coverage_from)s, %(at)s, %(due)s: a mark of that instant or
--        later is too late; %(units)s: bigint[] in the order of the list, %(pinyin)s, %(resident)s:
--        begin behind this person of the first unit, or null; %(limit)s
-- Out:   resident_id, unit_id (of the registration, else the village), name, born_on, category,
--        head4, last4, group_no, household number, relation, registered_at, own_fen,
--        on_behalf_fen, hardship, whether enrolled (if not registered: the period before),
--        recognised_on, marked_at
-- Grain: resident, with the first of their late marks; units in their order, people by pinyin
-- Index: marked_once_with_a_category: the marks of the campaign are read, then their people
-- Lock:  none
with late as materialized (
    select distinct on (resident_id) resident_id, category, recognised_on, known_at
    from subsidies_entitlement
    where campaign_id = %(campaign)s and ended_at is null
      and known_at >= %(due)s and known_at <= %(at)s
    order by resident_id, known_at, id
)
select p.id, unit.id, p.name, p.born_on, coalesce(r.category, p.category),
       paper.head4, paper.last4, home.group_no, home.number, p.relation,
       r.registered_at, r.own_fen, r.on_behalf_fen, late.category,
       case when r.id is null then prior.id is not null
            else r.own_fen <= met.own_fen and r.on_behalf_fen <= met.on_behalf_fen end,
       late.recognised_on, late.known_at
from late
join enrollment_resident p on p.id = late.resident_id
left join enrollment_registration r
       on r.resident_id = p.id and r.campaign_id = %(campaign)s and r.ended_at is null
      and r.registered_at <= %(at)s
join unnest(%(units)s::bigint[]) with ordinality as unit (id, ord)
  on unit.id = coalesce(r.unit_id, p.village_id)
cross join lateral (
    -- `offset 0` keeps each look-up on its index.
    select coalesce(sum(found.fen) filter (where found.part = 'own'), 0) as own_fen,
           coalesce(sum(found.fen) filter (where found.part = 'on_behalf'), 0) as on_behalf_fen
    from (
        (select part, fen from payments_match m
         where m.registration_id = r.id and m.ended_at is null and m.alone
           and m.at <= %(at)s offset 0)
        union all
        (select part, fen from payments_match m
         where m.registration_id = r.id and not m.alone and m.ended_at is null
           and m.at <= %(at)s offset 0)
    ) found
) met
left join enrollment_priorenrollment prior
       on prior.resident_id = p.id and prior.insurance = %(insurance)s
      and prior.coverage_from = (%(coverage_from)s::date - interval '1 year')::date
left join enrollment_identity paper on paper.resident_id = p.id and paper.current
left join enrollment_household home on home.id = p.household_id
where unit.ord > 1 or %(resident)s::bigint is null
   or (p.pinyin, p.id) > (%(pinyin)s, %(resident)s::bigint)
order by unit.ord, p.pinyin, p.id
limit %(limit)s
