-- The people with a hardship mark as the roll-ups have them: see marked_counts.sql.
-- In:    %(campaign)s; %(units)s: bigint[]; %(category)s: '' for each person once
-- Out:   unit_id, category, enrolled, excused, waiting, reason, hint, people of that category; then,
--        without unit, waiting, reason and hint, the same of every other one
-- Grain: counting unit and state of the category; state of the others
-- Index: one_rollup_of_marked_people_in_a_state
-- Lock:  none
select unit_id, category, enrolled, excused, waiting, reason, hint, people
from reports_rollupmarked
where campaign_id = %(campaign)s and unit_id = any(%(units)s::bigint[]) and category = %(category)s
union all
select null, category, enrolled, excused, false, '', '', sum(people)
from reports_rollupmarked
where campaign_id = %(campaign)s and unit_id = any(%(units)s::bigint[]) and category <> %(category)s
group by category, enrolled, excused
