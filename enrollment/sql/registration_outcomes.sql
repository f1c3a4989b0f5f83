-- In:    registration_profiled, registration_profiles, registration_prices, the live registrations
--        as they stand after registration_write.sql; problem_words, %(campaign_id)s,
--        %(insurance)s, %(coverage_from)s, %(file_id)s
-- Out:   temp table registration_outcomes(outcome, people); a problem for each person who is
--        registered elsewhere (place and date only) or not admitted (clause and words), and of a
--        renewal who it is, masked
-- Grain: outcome registered (by this very file), known (in this campaign), elsewhere or refused
-- Index: one_live_registration_per_person_and_period
-- Lock:  none
create temp table registration_outcomes on commit drop as
select case when live.id is null then 'refused'
            when live.source_file_id = %(file_id)s and live.campaign_id = %(campaign_id)s
                then 'registered'
            when live.campaign_id = %(campaign_id)s then 'known'
            else 'elsewhere' end as outcome,
       count(*) as people
from registration_profiled person
left join enrollment_registration live
    on live.resident_id = person.resident_id and live.insurance = %(insurance)s
   and live.coverage_from = %(coverage_from)s and live.ended_at is null
group by 1;

insert into enrollment_sourceproblem (file_id, line, "column", code, message, fen, rejected)
select %(file_id)s, person.line, words.column_name, words.code,
       left(format(words.message, concat_ws(', ',
           case when person.line = 0
                then concat_ws(' ', township.name, village.name, left(resident.name, 1) || '*')
                end,
           place.name, (live.registered_at at time zone 'Asia/Shanghai')::date)), 300),
       null, true
from registration_profiled person
join enrollment_registration live
    on live.resident_id = person.resident_id and live.insurance = %(insurance)s
   and live.coverage_from = %(coverage_from)s and live.ended_at is null
   and live.campaign_id <> %(campaign_id)s
join enrollment_campaign campaign on campaign.id = live.campaign_id
join enrollment_region place on place.id = campaign.region_id
join enrollment_resident resident on resident.id = person.resident_id
join enrollment_region village on village.id = resident.village_id
join enrollment_region township on township.id = village.parent_id
join problem_words words on words.code = 'registered_elsewhere'
order by person.line, person.resident_id;

insert into enrollment_sourceproblem (file_id, line, "column", code, message, fen, rejected)
select %(file_id)s, person.line, words.column_name, words.code,
       left(format(words.message, concat_ws(', ',
           case when person.line = 0
                then concat_ws(' ', township.name, village.name, left(resident.name, 1) || '*')
                end,
           price.refusal)), 300),
       null, true
from registration_prices price
join registration_profiles using (profile)
join registration_profiled person using (category, marks, born, registered, age, days, told)
join enrollment_resident resident on resident.id = person.resident_id
join enrollment_region village on village.id = resident.village_id
join enrollment_region township on township.id = village.parent_id
join problem_words words on words.code = price.problem
where price.problem <> '' and not exists (
    select from enrollment_registration live
    where live.resident_id = person.resident_id and live.insurance = %(insurance)s
      and live.coverage_from = %(coverage_from)s and live.ended_at is null)
order by person.line, person.resident_id;
