-- Money of a campaign summed up, recounted whole from the facts.
-- In:    %(campaign)s, its %(top)s region; payments_payment, payments_match,
--        enrollment_registration, enrollment_resident, subsidies_entitlement
-- Out:   reports_financeday, reports_financeplace, reports_financeprofile of the campaign; only rows
--        that differ are written
-- Grain: township, day and channel; place; counting unit and what is owed and granted
-- Index: none; payments, registrations and live matches are read whole, once each
-- Lock:  the caller holds the campaign's row of reports_financestate; readers never wait
--
-- A payment's place is the home of its person, without one the township as recognised; outside the
-- campaign, or unknown, it is the campaign's own region. Whose payments a clerk sees follows the same.
set local work_mem = '96MB';
drop table if exists finance_fresh, finance_profile_fresh;

create temp table finance_fresh on commit drop as
with top as (
    select id, path from enrollment_region where id = %(top)s
), place as materialized (
    select low.id as place_id, coalesce(min(a.id), low.id) as township_id
    from top
    join enrollment_region low on starts_with(low.path, top.path)
    cross join lateral unnest(string_to_array(trim(both '/' from low.path), '/')::bigint[]) as above(id)
    left join enrollment_region a
           on a.id = above.id and a.level = 'township' and starts_with(a.path, top.path)
    group by low.id
), paid as (
    -- A fixed offset is twice as fast as the zone's rules; China has kept it since 1991.
    select coalesce(low.place_id, top.id) as place_id,
           coalesce(low.township_id, top.id) as township_id,
           (p.paid_at at time zone interval '8 hours')::date as day,
           p.channel, p.fen, p.matched_fen, p.open_fen, p.refund_due_fen, p.refunded_fen,
           p.reversed_fen
    from payments_payment p
    cross join top
    left join enrollment_resident person on person.id = p.resident_id
    left join place low
           on low.place_id = case when p.resident_id is null then p.township_id
                                  else person.village_id end
    where p.campaign_id = %(campaign)s
)
select grouping(place_id) as by_day, place_id, township_id, day, channel,
       count(*)::int as payments, sum(fen) as fen, sum(matched_fen) as matched_fen,
       sum(open_fen) as open_fen, sum(refund_due_fen) as refund_due_fen,
       sum(refunded_fen) as refunded_fen, sum(reversed_fen) as reversed_fen
from paid
group by grouping sets ((place_id), (township_id, day, channel));

create temp table finance_profile_fresh on commit drop as
with settled as (
    select registration_id,
           coalesce(sum(fen) filter (where part = 'own'), 0) as own_fen,
           coalesce(sum(fen) filter (where part = 'on_behalf'), 0) as on_behalf_fen
    from payments_match
    where campaign_id = %(campaign)s and ended_at is null
    group by 1
), mark as (
    select resident_id, category, max(grade) as grade
    from subsidies_entitlement
    where campaign_id = %(campaign)s and ended_at is null
    group by 1, 2
)
select r.unit_id, r.hardship, coalesce(mark.grade, '') as grade, r.fee_fen, r.own_fen,
       r.on_behalf_fen, r.deducted_fen, r.reimbursed_fen,
       coalesce(s.own_fen, 0) >= r.own_fen as own_settled,
       coalesce(s.on_behalf_fen, 0) >= r.on_behalf_fen as on_behalf_settled,
       count(*)::int as people, coalesce(sum(s.own_fen), 0) as own_matched_fen,
       coalesce(sum(s.on_behalf_fen), 0) as on_behalf_matched_fen
from enrollment_registration r
left join settled s on s.registration_id = r.id
left join mark on mark.resident_id = r.resident_id and mark.category = r.hardship
where r.campaign_id = %(campaign)s and r.ended_at is null
group by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10;

delete from reports_financeday old
where campaign_id = %(campaign)s and not exists (
    select from finance_fresh f
    where f.by_day = 1
      and (f.township_id, f.day, f.channel, f.payments, f.fen, f.matched_fen, f.open_fen,
           f.refund_due_fen, f.refunded_fen, f.reversed_fen)
        = (old.township_id, old.day, old.channel, old.payments, old.fen, old.matched_fen,
           old.open_fen, old.refund_due_fen, old.refunded_fen, old.reversed_fen));

insert into reports_financeday (campaign_id, township_id, day, channel, payments, fen, matched_fen,
    open_fen, refund_due_fen, refunded_fen, reversed_fen)
select %(campaign)s, f.township_id, f.day, f.channel, f.payments, f.fen, f.matched_fen, f.open_fen,
       f.refund_due_fen, f.refunded_fen, f.reversed_fen
from finance_fresh f
left join reports_financeday old
       on old.campaign_id = %(campaign)s
      and (old.township_id, old.day, old.channel) = (f.township_id, f.day, f.channel)
where f.by_day = 1 and old.id is null;

delete from reports_financeplace old
where campaign_id = %(campaign)s and not exists (
    select from finance_fresh f
    where f.by_day = 0
      and (f.place_id, f.payments, f.fen, f.matched_fen, f.open_fen, f.refund_due_fen,
           f.refunded_fen, f.reversed_fen)
        = (old.place_id, old.payments, old.fen, old.matched_fen, old.open_fen, old.refund_due_fen,
           old.refunded_fen, old.reversed_fen));

insert into reports_financeplace (campaign_id, place_id, payments, fen, matched_fen, open_fen,
    refund_due_fen, refunded_fen, reversed_fen)
select %(campaign)s, f.place_id, f.payments, f.fen, f.matched_fen, f.open_fen, f.refund_due_fen,
       f.refunded_fen, f.reversed_fen
from finance_fresh f
left join reports_financeplace old
       on old.campaign_id = %(campaign)s and old.place_id = f.place_id
where f.by_day = 0 and old.id is null;

delete from reports_financeprofile old
where campaign_id = %(campaign)s and not exists (
    select from finance_profile_fresh f
    where (f.unit_id, f.hardship, f.grade, f.fee_fen, f.own_fen, f.on_behalf_fen, f.deducted_fen,
           f.reimbursed_fen, f.own_settled, f.on_behalf_settled, f.people, f.own_matched_fen,
           f.on_behalf_matched_fen)
        = (old.unit_id, old.hardship, old.grade, old.fee_fen, old.own_fen, old.on_behalf_fen,
           old.deducted_fen, old.reimbursed_fen, old.own_settled, old.on_behalf_settled,
           old.people, old.own_matched_fen, old.on_behalf_matched_fen));

insert into reports_financeprofile (campaign_id, unit_id, hardship, grade, fee_fen, own_fen,
    on_behalf_fen, deducted_fen, reimbursed_fen, own_settled, on_behalf_settled, people,
    own_matched_fen, on_behalf_matched_fen)
select %(campaign)s, f.*
from finance_profile_fresh f
left join reports_financeprofile old
       on old.campaign_id = %(campaign)s
      and (old.unit_id, old.hardship, old.grade, old.fee_fen, old.own_fen, old.on_behalf_fen,
           old.deducted_fen, old.reimbursed_fen, old.own_settled, old.on_behalf_settled)
        = (f.unit_id, f.hardship, f.grade, f.fee_fen, f.own_fen, f.on_behalf_fen, f.deducted_fen,
           f.reimbursed_fen, f.own_settled, f.on_behalf_settled)
where old.id is null;
