-- In:    people_staged, people_judged (bulk/people.py)
-- Out:   temp table registering(line, resident_id, registered_at, tier), without rows that repeat an
--        earlier one of the same person
-- Grain: one row per person whom the file registers
-- Index: none
-- Lock:  none
drop table if exists registering, registration_outcomes;
create temp table registering on commit drop as
select judged.line, judged.resident_id, staged.registered_at,
       coalesce(staged.tier, '') as tier
from people_judged judged
join people_staged staged using (line)
where judged.outcome <> 'rejected' and not judged.later;
analyze registering;
