-- In:    roster_judged, roster_people, roster_ended (roster_judge.sql); %(campaign_id)s
-- Out:   the same without whoever is neither registered nor of a household of somebody registered:
--        accepting them moves no money
-- Grain: as roster_judge.sql
-- Index: one_live_registration_per_person_and_period, enrollment_resident (household_id)
-- Lock:  none
create temp table foresee_registered on commit drop as
select resident_id from enrollment_registration
where campaign_id = %(campaign_id)s and ended_at is null
union
select member.id
from enrollment_registration g
join enrollment_resident registered on registered.id = g.resident_id
join enrollment_resident member on member.household_id = registered.household_id
where g.campaign_id = %(campaign_id)s and g.ended_at is null;
create unique index on foresee_registered (resident_id);
analyze foresee_registered;

truncate roster_people;
delete from roster_judged judged
where judged.resident_id is null
   or not exists (
       select from foresee_registered where foresee_registered.resident_id = judged.resident_id);
delete from roster_ended ended
where not exists (
    select from foresee_registered where foresee_registered.resident_id = ended.resident_id);
