-- A page of the people of villages who are not registered anywhere for this insurance and period.
-- In:    %(insurance)s, %(coverage_from)s, %(units)s: bigint[] of villages in the order of the
--        list, %(status)s: missed (enrolled the period before) or unregistered (all);
--        %(pinyin)s, %(resident)s: begin behind this person of the first village, or null; %(limit)s
-- Out:   resident_id, village_id, name, born_on, category, head4, last4, group_no, household
--        number, relation, null, null, null, '', whether enrolled the period before
-- Grain: resident; villages in their order, people by pinyin
-- Index: residents_of_a_village, one_live_registration_per_person_and_period
-- Lock:  none
select page.resident_id, page.village_id, page.name, page.born_on, page.category,
       paper.head4, paper.last4, home.group_no, home.number, page.relation,
       null::timestamptz, null::int, null::int, '', page.missed
from (
    select village.ord, person.*
    from unnest(%(units)s::bigint[]) with ordinality as village (id, ord)
    cross join lateral (
        select p.id as resident_id, p.village_id, p.name, p.pinyin, p.born_on, p.category,
               p.household_id, p.relation, prior.id is not null as missed
        from enrollment_resident p
        left join enrollment_priorenrollment prior
               on prior.resident_id = p.id and prior.insurance = %(insurance)s
              and prior.coverage_from = (%(coverage_from)s::date - interval '1 year')::date
        where p.village_id = village.id
          and (%(status)s = 'unregistered' or prior.id is not null)
          and not exists (
              select from enrollment_registration r
              where r.resident_id = p.id and r.insurance = %(insurance)s
                and r.coverage_from = %(coverage_from)s and r.ended_at is null)
          and (village.ord > 1 or %(resident)s::bigint is null
               or (p.pinyin, p.id) > (%(pinyin)s, %(resident)s::bigint))
        order by p.pinyin, p.id
        limit %(limit)s
    ) person
    order by village.ord, person.pinyin, person.resident_id
    limit %(limit)s
) page
left join enrollment_identity paper on paper.resident_id = page.resident_id and paper.current
left join enrollment_household home on home.id = page.household_id
order by page.ord, page.pinyin, page.resident_id
