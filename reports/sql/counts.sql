-- How far regions have come, from the roll-ups only, up to and with a day.
-- In:    %(campaign)s, %(regions)s: bigint[]; %(day)s, or null for the day of the roll-ups
-- Out:   region_id, as_of (of the roll-ups; null before the first), registered, enrolled,
--        paid_fen, enrolled_7 (of the last seven days, that day among them), registered_today,
--        enrolled_today, prior, open_payments, open_fen, marked, marked_enrolled,
--        marked_excused (the last six always as they stand now)
-- Grain: region, each of those asked for
-- Index: reports_rollup.one_rollup_of_a_region_and_day
-- Lock:  none
select asked.id, state.as_of,
       coalesce(sum(r.registered), 0)::int,
       coalesce(sum(r.enrolled), 0)::int,
       coalesce(sum(r.paid_fen), 0)::bigint,
       coalesce(sum(r.enrolled) filter (where r.day > upto.day - 7), 0)::int,
       coalesce(sum(r.registered) filter (where r.day = upto.day), 0)::int,
       coalesce(sum(r.enrolled) filter (where r.day = upto.day), 0)::int,
       coalesce(max(standing.prior), 0)::int,
       coalesce(max(standing.open_payments), 0)::int,
       coalesce(max(standing.open_fen), 0)::bigint,
       coalesce(max(standing.marked), 0)::int,
       coalesce(max(standing.marked_enrolled), 0)::int,
       coalesce(max(standing.marked_excused), 0)::int
from unnest(%(regions)s::bigint[]) as asked (id)
left join reports_rollupstate state on state.campaign_id = %(campaign)s
cross join lateral (
    select coalesce(%(day)s::date, (state.as_of at time zone 'Asia/Shanghai')::date) as day
) upto
left join reports_rollup r
       on r.campaign_id = %(campaign)s and r.region_id = asked.id and r.day <= upto.day
left join reports_rollupnow standing
       on standing.campaign_id = %(campaign)s and standing.region_id = asked.id
group by asked.id, state.as_of
