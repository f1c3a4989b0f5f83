-- The people with a hardship mark of a campaign by unit, category and state, kept for the pages.
-- In:    temp table marked_fresh, as marked_counts.sql counts the whole campaign; %(campaign)s
-- Out:   reports_rollupmarked of the campaign; only rows that differ are written
-- Grain: campaign, counting unit, category, state
-- Index: one_rollup_of_marked_people_in_a_state
-- Lock:  the caller holds the campaign's row of reports_rollupstate; readers never wait
delete from reports_rollupmarked old
where campaign_id = %(campaign)s
  and not exists (
      select from marked_fresh f
      where (f.unit_id, f.category, f.enrolled, f.excused, f.waiting, f.reason, f.hint)
          = (old.unit_id, old.category, old.enrolled, old.excused, old.waiting, old.reason, old.hint));

insert into reports_rollupmarked as old
    (campaign_id, unit_id, category, enrolled, excused, waiting, reason, hint, people)
select %(campaign)s, unit_id, category, enrolled, excused, waiting, reason, hint, people
from marked_fresh
on conflict (campaign_id, unit_id, category, enrolled, excused, waiting, reason, hint)
do update set people = excluded.people
where old.people <> excluded.people;
