-- Villages below a region in which nobody was enrolled for three days though people are missing.
-- In:    %(campaign)s, %(path)s of the region, %(day)s: the last of the three days
-- Out:   region_id, name, parent_id, parent's name, registered, enrolled, prior, last (the last
--        day on which somebody was enrolled, or null)
-- Grain: village, in the order of the tree; prior is last year's enrolled: nobody else is missing
-- Index: reports_rollup.one_rollup_of_a_region_and_day
-- Lock:  none
select v.id, v.name, parent.id, parent.name,
       coalesce(total.registered, 0)::int, coalesce(total.enrolled, 0)::int, standing.prior,
       total.last
from enrollment_region v
join enrollment_region parent on parent.id = v.parent_id
join reports_rollupnow standing
  on standing.campaign_id = %(campaign)s and standing.region_id = v.id
cross join lateral (
    select sum(registered) as registered, sum(enrolled) as enrolled,
           max(day) filter (where enrolled > 0) as last
    from reports_rollup
    where campaign_id = %(campaign)s and region_id = v.id and day <= %(day)s
) total
where v.level = 'village' and starts_with(v.path, %(path)s)
  and standing.prior > coalesce(total.enrolled, 0)
  -- Hashed whatever the statistics say: the days of a campaign that has just begun mislead them.
  and v.id not in (
      select region_id from reports_rollup
      where campaign_id = %(campaign)s and enrolled > 0
        and day between %(day)s::date - 2 and %(day)s)
order by parent.position, parent.id, v.position, v.id
