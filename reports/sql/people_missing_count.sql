-- How many people of villages are not registered for this insurance and period.
-- In:    %(insurance)s, %(coverage_from)s, %(units)s: bigint[] of villages
-- Out:   one row: of those enrolled the period before; of all
-- Grain: all the villages together
-- Index: residents_of_a_village, one_live_registration_per_person_and_period
-- Lock:  none
select count(prior.id), count(*)
from enrollment_resident p
left join enrollment_priorenrollment prior
       on prior.resident_id = p.id and prior.insurance = %(insurance)s
      and prior.coverage_from = (%(coverage_from)s::date - interval '1 year')::date
where p.village_id = any(%(units)s::bigint[])
  and not exists (
      select from enrollment_registration r
      where r.resident_id = p.id and r.insurance = %(insurance)s
        and r.coverage_from = %(coverage_from)s and r.ended_at is null)
