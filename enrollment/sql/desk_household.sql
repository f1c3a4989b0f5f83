-- In:    %(resident_id)s; %(household_id)s, null where there is none; %(path)s, the user's subtree;
--        %(insurance)s, %(coverage_from)s
-- Out:   id, name, relation, born_on; live_id, the registration of this insurance and period, and
--        seen, whether it counts to a unit of the subtree; years of earlier enrollments, newest
--        first, and the place of the latest
-- Grain: one row per member of the household who lives in the subtree; the resident always
-- Index: residents by household, one_live_registration_per_person_and_period,
--        enrolled_once_in_a_period
-- Lock:  none
select resident.id, resident.name, resident.relation, resident.born_on,
       live.id as live_id, coalesce(unit.path like %(path)s || '%%', false) as seen,
       coalesce(earlier.years, '{}') as years, earlier.place
from enrollment_resident resident
join enrollment_region home on home.id = resident.village_id
left join enrollment_registration live
    on live.resident_id = resident.id
   and live.insurance = %(insurance)s
   and live.coverage_from = %(coverage_from)s
   and live.ended_at is null
left join enrollment_region unit on unit.id = live.unit_id
left join lateral (
    select array_agg(extract(year from prior.coverage_from)::int order by prior.coverage_from desc)
               as years,
           (array_agg(coalesce(township.name, '') || village.name
                      order by prior.coverage_from desc))[1] as place
    from enrollment_priorenrollment prior
    join enrollment_region village on village.id = prior.village_id
    left join enrollment_region township on township.id = village.parent_id
    where prior.resident_id = resident.id
      and prior.insurance = %(insurance)s
      and prior.coverage_from < %(coverage_from)s
) earlier on true
-- Two conditions and not one: an "or" over one table is read from its two indexes.
where (resident.id = %(resident_id)s or resident.household_id = %(household_id)s)
  and (resident.id = %(resident_id)s or home.path like %(path)s || '%%')
order by resident.id
