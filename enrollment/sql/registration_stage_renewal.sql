-- In:    enrollment_priorenrollment of last year; %(insurance)s, %(last_year)s, %(path)s of the
--        campaign's region, %(now)s
-- Out:   temp table registering(line, resident_id, registered_at); line is 0: there is no file
-- Grain: one row per person enrolled last year who lives in the region
-- Index: enrolled_once_in_a_period
-- Lock:  none
drop table if exists registering, registration_outcomes, problem_words;
create temp table problem_words (
    code text primary key, column_name text not null, message text not null, rejected boolean
) on commit drop;
create temp table registering on commit drop as
select 0 as line, prior.resident_id, %(now)s::timestamptz as registered_at
from enrollment_priorenrollment prior
join enrollment_resident resident on resident.id = prior.resident_id
join enrollment_region village on village.id = resident.village_id
where prior.insurance = %(insurance)s and prior.coverage_from = %(last_year)s
  and village.path like %(path)s || '%%';
analyze registering;
