-- In:    registration_profiled, registration_profiles, registration_prices, people_later;
--        %(insurance)s, %(coverage_from)s
-- Out:   line, problem (code), refusal: rows of a file about people whom the notice does not admit
--        and who are not registered yet, and later rows that say the same
-- Grain: one row per row of the file
-- Index: one_live_registration_per_person_and_period
-- Lock:  none
with refused as (
    select person.line, price.problem, price.refusal
    from registration_prices price
    join registration_profiles using (profile)
    join registration_profiled person using (category, marks, born, registered, age, days, told)
    where price.problem <> '' and not exists (
        select from enrollment_registration live
        where live.resident_id = person.resident_id and live.insurance = %(insurance)s
          and live.coverage_from = %(coverage_from)s and live.ended_at is null)
)
select line, problem, refusal from refused
union all
select later.line, refused.problem, refused.refusal
from refused
join people_later later on later.first_line = refused.line and later.same;
