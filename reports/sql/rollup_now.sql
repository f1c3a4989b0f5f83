-- What stands in every region of a campaign, whatever the day: see models.RollupNow.
-- In:    %(campaign)s
-- Out:   reports_rollupnow of the campaign; only rows that differ are written
-- Grain: campaign, region
-- Index: payments_payment.open_payments_by_cause; prior enrollments are read whole
-- Lock:  the caller holds the campaign's row of reports_rollupstate; readers never wait
drop table if exists rollup_now_fresh;

create temp table rollup_now_fresh on commit drop as
with top as (
    select c.insurance, c.coverage_from, r.id, r.path
    from enrollment_campaign c join enrollment_region r on r.id = c.region_id
    where c.id = %(campaign)s
), above as materialized (
    select low.id as low_id, a.id as region_id
    from top
    join enrollment_region low on starts_with(low.path, top.path)
    cross join lateral unnest(string_to_array(trim(both '/' from low.path), '/')::bigint[])
        with ordinality as a (id, depth)
    where a.depth >= array_length(string_to_array(trim(both '/' from top.path), '/'), 1)
), prior as (
    select p.village_id as low_id, count(*) as people
    from enrollment_priorenrollment p, top
    where p.insurance = top.insurance
      and p.coverage_from = (top.coverage_from - interval '1 year')::date
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
)
select above.region_id, coalesce(sum(prior.people), 0) as prior,
       coalesce(sum(open.payments), 0) as open_payments, coalesce(sum(open.fen), 0) as open_fen
from above
left join prior using (low_id)
left join open using (low_id)
group by 1;

delete from reports_rollupnow old
where campaign_id = %(campaign)s
  and not exists (select from rollup_now_fresh f where f.region_id = old.region_id);

update reports_rollupnow old
set prior = f.prior, open_payments = f.open_payments, open_fen = f.open_fen
from rollup_now_fresh f
where old.campaign_id = %(campaign)s and old.region_id = f.region_id
  and (old.prior, old.open_payments, old.open_fen) is distinct from
      (f.prior, f.open_payments, f.open_fen);

insert into reports_rollupnow (campaign_id, region_id, prior, open_payments, open_fen)
select %(campaign)s, region_id, prior, open_payments, open_fen
from rollup_now_fresh f
where not exists (select from reports_rollupnow old
                  where old.campaign_id = %(campaign)s and old.region_id = f.region_id);
