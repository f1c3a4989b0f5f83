-- What stands in every region of a campaign, whatever the day: see models.RollupNow.
-- In:    %(campaign)s, its %(top)s region, %(insurance)s and %(coverage_from)s;
--        reports_rollupmarked of the same instant
-- Out:   reports_rollupnow of the campaign; only rows that differ are written
-- Grain: campaign, region
-- Index: open payments; prior enrollments are read whole
-- Lock:  the caller holds the campaign's row of reports_rollupstate; readers never wait
drop table if exists rollup_now_fresh;

create temp table rollup_now_fresh on commit drop as
with top as (
    select id, path from enrollment_region where id = %(top)s
), above as materialized (
    select low.id as low_id, a.id as region_id
    from top
    join enrollment_region low on starts_with(low.path, top.path)
    cross join lateral unnest(string_to_array(trim(both '/' from low.path), '/')::bigint[])
        with ordinality as a (id, depth)
    where a.depth >= array_length(string_to_array(trim(both '/' from top.path), '/'), 1)
), prior as (
    select village_id as low_id, count(*) as people
    from enrollment_priorenrollment
    where insurance = %(insurance)s
      and coverage_from = (%(coverage_from)s::date - interval '1 year')::date
    group by 1
), open as (
    -- A place outside the campaign, or none, is told of the campaign's own region.
    select coalesce(inside.low_id, top.id) as low_id, count(*) as payments, sum(p.open_fen) as fen
    from top
    cross join payments_payment p
    left join enrollment_resident person on person.id = p.resident_id
    left join (select distinct low_id from above) inside
           on inside.low_id = coalesce(person.village_id, p.township_id)
    where p.campaign_id = %(campaign)s and p.standing = 'open'
    group by 1
), of_low as (
    select unit_id as low_id, sum(people) filter (where not excused) as people,
           sum(people) filter (where enrolled) as enrolled,
           sum(people) filter (where excused) as excused
    from reports_rollupmarked
    where campaign_id = %(campaign)s and category = ''
    group by 1
)
select above.region_id, coalesce(sum(prior.people), 0) as prior,
       coalesce(sum(open.payments), 0) as open_payments, coalesce(sum(open.fen), 0) as open_fen,
       coalesce(sum(of_low.people), 0) as marked,
       coalesce(sum(of_low.enrolled), 0) as marked_enrolled,
       coalesce(sum(of_low.excused), 0) as marked_excused
from above
left join prior using (low_id)
left join open using (low_id)
left join of_low using (low_id)
group by 1;

delete from reports_rollupnow old
where campaign_id = %(campaign)s
  and not exists (select from rollup_now_fresh f where f.region_id = old.region_id);

update reports_rollupnow old
set prior = f.prior, open_payments = f.open_payments, open_fen = f.open_fen,
    marked = f.marked, marked_enrolled = f.marked_enrolled, marked_excused = f.marked_excused
from rollup_now_fresh f
where old.campaign_id = %(campaign)s and old.region_id = f.region_id
  and (old.prior, old.open_payments, old.open_fen, old.marked, old.marked_enrolled,
       old.marked_excused)
      is distinct from (f.prior, f.open_payments, f.open_fen, f.marked, f.marked_enrolled,
                        f.marked_excused);

insert into reports_rollupnow
    (campaign_id, region_id, prior, open_payments, open_fen, marked, marked_enrolled, marked_excused)
select %(campaign)s, region_id, prior, open_payments, open_fen, marked, marked_enrolled,
       marked_excused
from rollup_now_fresh f
where not exists (select from reports_rollupnow old
                  where old.campaign_id = %(campaign)s and old.region_id = f.region_id);
