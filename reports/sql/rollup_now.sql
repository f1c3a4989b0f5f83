-- What stands in every region of a campaign, whatever the day: see models.RollupNow.
-- In:    %(campaign)s, its %(top)s region, %(insurance)s and %(coverage_from)s; %(as_of)s:
--        registrations and matches of a later business time do not count
-- Out:   reports_rollupnow of the campaign; only rows that differ are written
-- Grain: campaign, region
-- Index: open payments; prior enrollments, registrations and matches are read whole
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
), mark as (
    select distinct resident_id from subsidies_entitlement
    where campaign_id = %(campaign)s and ended_at is null
), live as (
    select m.registration_id, m.part, m.fen
    from payments_match m
    where m.campaign_id = %(campaign)s and m.ended_at is null and m.at <= %(as_of)s
), standing as (
    select mark.resident_id, r.unit_id,
           r.own_fen <= coalesce(sum(live.fen) filter (where live.part = 'own'), 0)
           and r.on_behalf_fen
               <= coalesce(sum(live.fen) filter (where live.part = 'on_behalf'), 0) as enrolled
    from mark
    join enrollment_registration r
      on r.resident_id = mark.resident_id and r.campaign_id = %(campaign)s
     and r.ended_at is null and r.registered_at <= %(as_of)s
    left join live on live.registration_id = r.id
    group by mark.resident_id, r.id
), marked as (
    -- Each marked person once: where they are registered, else where they live.
    select unit_id as low_id, count(*) as people, count(*) filter (where enrolled) as enrolled
    from standing
    group by 1
    union all
    select person.village_id, count(*), 0
    from mark
    join enrollment_resident person on person.id = mark.resident_id
    where mark.resident_id not in (select resident_id from standing)
    group by 1
), of_low as (
    select low_id, sum(people) as people, sum(enrolled) as enrolled from marked group by 1
)
select above.region_id, coalesce(sum(prior.people), 0) as prior,
       coalesce(sum(open.payments), 0) as open_payments, coalesce(sum(open.fen), 0) as open_fen,
       coalesce(sum(of_low.people), 0) as marked,
       coalesce(sum(of_low.enrolled), 0) as marked_enrolled
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
    marked = f.marked, marked_enrolled = f.marked_enrolled
from rollup_now_fresh f
where old.campaign_id = %(campaign)s and old.region_id = f.region_id
  and (old.prior, old.open_payments, old.open_fen, old.marked, old.marked_enrolled)
      is distinct from (f.prior, f.open_payments, f.open_fen, f.marked, f.marked_enrolled);

insert into reports_rollupnow
    (campaign_id, region_id, prior, open_payments, open_fen, marked, marked_enrolled)
select %(campaign)s, region_id, prior, open_payments, open_fen, marked, marked_enrolled
from rollup_now_fresh f
where not exists (select from reports_rollupnow old
                  where old.campaign_id = %(campaign)s and old.region_id = f.region_id);
