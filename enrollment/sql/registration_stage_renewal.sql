-- In:    enrollment_priorenrollment of last year; %(insurance)s, %(last_year)s, %(path)s of the
--        campaign's region, %(now)s, %(tiers)s of which people choose one
-- Out:   temp table registering(line, resident_id, registered_at, tier); line is 0: there is no file;
--        tier is last year's, '' where that is not known or no tier any more
-- Grain: one row per person enrolled last year who lives in the region
-- Index: enrolled_once_in_a_period; one_live_registration_per_person_and_period for tiers
-- Lock:  none
drop table if exists registering, registration_outcomes, problem_words;
create temp table problem_words (
    code text primary key, column_name text not null, message text not null, rejected boolean
) on commit drop;
create temp table registering on commit drop as
select 0 as line, prior.resident_id, %(now)s::timestamptz as registered_at,
       case when cardinality(%(tiers)s::text[]) = 0 then ''
            else coalesce((
                select before.tier
                from enrollment_registration before
                where before.resident_id = prior.resident_id
                  and before.insurance = %(insurance)s and before.coverage_from = %(last_year)s
                  and before.ended_at is null and before.tier = any(%(tiers)s::text[])), '')
            end as tier
from enrollment_priorenrollment prior
join enrollment_resident resident on resident.id = prior.resident_id
join enrollment_region village on village.id = resident.village_id
where prior.insurance = %(insurance)s and prior.coverage_from = %(last_year)s
  and village.path like %(path)s || '%%';
analyze registering;
