-- In:    enrollment_resident, enrollment_registration; %(villages)s, %(insurance)s,
--        %(coverage_from)s, %(at)s: the instant as of which they are priced
-- Out:   temp table registering(line, resident_id, registered_at, category): people of these villages
--        without a live registration of this insurance and period anywhere
-- Grain: one row per person
-- Index: residents_of_a_village, one_live_registration_per_person_and_period
-- Lock:  none
drop table if exists registering;
create temp table registering on commit drop as
select row_number() over ()::integer as line, resident.id as resident_id,
       %(at)s::timestamptz as registered_at, null::text as category
from enrollment_resident resident
where resident.village_id = any(%(villages)s::bigint[])
  and not exists (
      select from enrollment_registration live
      where live.resident_id = resident.id and live.insurance = %(insurance)s
        and live.coverage_from = %(coverage_from)s and live.ended_at is null);
analyze registering;
