-- Invariant 10: the sums of the finance pages are all payments and all registrations, to the fen.
-- In:    %(campaign)s, its %(top)s region
-- Out:   temp table finance_counted (payments, fen, matched, matched_fen of the campaign; people,
--        fee_fen of its standing registrations); up to 20 breaches (what, found)
-- Grain: place, day and channel, counting unit, and the whole
-- Index: none; payments, registrations and live matches are read whole, once each
-- Lock:  none
--
-- Counted here by each side alone, straight from the tables; finance.sql counts them crossed.
drop table if exists finance_paid, finance_registered, finance_counted;

create temp table finance_paid on commit drop as
select grouping(low_id) as by_day, grouping(day) as by_place, low_id, day, channel,
       count(*) as payments, sum(fen) as fen, sum(matched_fen) as matched_fen,
       sum(open_fen) as open_fen, sum(refund_due_fen) as refund_due_fen,
       sum(refunded_fen) as refunded_fen, sum(reversed_fen) as reversed_fen,
       count(*) filter (where standing = 'matched') as matched
from (
    select case when p.resident_id is null then p.township_id else r.village_id end as low_id,
           (p.paid_at at time zone interval '8 hours')::date as day, p.*
    from payments_payment p
    left join enrollment_resident r on r.id = p.resident_id
    where p.campaign_id = %(campaign)s
) paid
group by grouping sets ((low_id), (day, channel), ());

create temp table finance_registered on commit drop as
select unit_id, count(*) as people, sum(fee_fen) as fee_fen, sum(own_fen) as own_fen,
       sum(on_behalf_fen) as on_behalf_fen, sum(deducted_fen) as deducted_fen,
       sum(reimbursed_fen) as reimbursed_fen,
       count(*) filter (where own_fen = 0) as own_free,
       count(*) filter (where on_behalf_fen = 0) as on_behalf_free
from enrollment_registration
where campaign_id = %(campaign)s and ended_at is null
group by 1;

create temp table finance_counted on commit drop as
select coalesce(p.payments, 0) as payments, coalesce(p.fen, 0) as fen,
       coalesce(p.matched, 0) as matched, coalesce(p.matched_fen, 0) as matched_fen,
       (select coalesce(sum(people), 0) from finance_registered) as people,
       (select coalesce(sum(fee_fen), 0) from finance_registered) as fee_fen
from (select 1) one
left join finance_paid p on by_day = 1 and by_place = 1;

with top as (
    select id, path from enrollment_region where id = %(top)s
), place as (
    select coalesce(inside.id, top.id) as place_id, sum(payments) as payments, sum(fen) as fen,
           sum(matched_fen) as matched_fen, sum(open_fen) as open_fen,
           sum(refund_due_fen) as refund_due_fen, sum(refunded_fen) as refunded_fen,
           sum(reversed_fen) as reversed_fen
    from finance_paid
    cross join top
    left join enrollment_region inside
           on inside.id = low_id and starts_with(inside.path, top.path)
    where by_day = 0
    group by 1
), kept_day as (
    select day, channel, sum(payments) as payments, sum(fen) as fen,
           sum(matched_fen) as matched_fen, sum(open_fen) as open_fen,
           sum(refund_due_fen) as refund_due_fen, sum(refunded_fen) as refunded_fen,
           sum(reversed_fen) as reversed_fen
    from reports_financeday where campaign_id = %(campaign)s group by 1, 2
), kept_profile as (
    select unit_id, sum(people) as people, sum(people * fee_fen::bigint) as fee_fen,
           sum(people * own_fen::bigint) as own_fen,
           sum(people * on_behalf_fen::bigint) as on_behalf_fen,
           sum(people * deducted_fen::bigint) as deducted_fen,
           sum(people * reimbursed_fen::bigint) as reimbursed_fen
    from reports_financeprofile where campaign_id = %(campaign)s group by 1
), township_by_day as (
    select township_id, sum(fen) as fen
    from reports_financeday where campaign_id = %(campaign)s group by 1
), township_by_place as (
    select t.id as township_id, sum(kept.fen) as fen
    from reports_financeplace kept
    join enrollment_region low on low.id = kept.place_id
    cross join top
    cross join lateral (
        select coalesce((
            select a.id from enrollment_region a
            where a.level = 'township' and starts_with(low.path, a.path)
              and starts_with(a.path, top.path)
            order by a.id limit 1), low.id) as id
    ) t
    where kept.campaign_id = %(campaign)s
    group by 1
), live as (
    select coalesce(sum(fen), 0) as fen,
           coalesce(sum(fen) filter (where part = 'own'), 0) as own_fen,
           coalesce(sum(fen) filter (where part = 'on_behalf'), 0) as on_behalf_fen
    from payments_match
    where campaign_id = %(campaign)s and ended_at is null
), covering as (
    select registration_id, part, fen
    from payments_match
    where campaign_id = %(campaign)s and ended_at is null and alone
    union all
    select registration_id, part, sum(fen)
    from payments_match
    where campaign_id = %(campaign)s and ended_at is null and not alone
    group by 1, 2
), covered as (
    select count(*) filter (where part = 'own' and g.own_fen > 0 and c.fen >= g.own_fen) as own,
           count(*) filter (where part = 'on_behalf' and g.on_behalf_fen > 0
                              and c.fen >= g.on_behalf_fen) as on_behalf
    from covering c
    join enrollment_registration g on g.id = c.registration_id and g.ended_at is null
), free as (
    select coalesce(sum(own_free), 0) as own, coalesce(sum(on_behalf_free), 0) as on_behalf
    from finance_registered
), settled as (
    select coalesce(sum(people) filter (where own_settled), 0) as own,
           coalesce(sum(people) filter (where on_behalf_settled), 0) as on_behalf,
           coalesce(sum(own_matched_fen), 0) as own_fen,
           coalesce(sum(on_behalf_matched_fen), 0) as on_behalf_fen
    from reports_financeprofile where campaign_id = %(campaign)s
), breach as (
    select format('place %%s: %%s fen by the finance page, %%s by the payments', place_id,
        concat_ws('/', k.fen, k.matched_fen, k.open_fen, k.refund_due_fen, k.refunded_fen,
            k.reversed_fen),
        concat_ws('/', c.fen, c.matched_fen, c.open_fen, c.refund_due_fen, c.refunded_fen,
            c.reversed_fen)) as what
    from (select * from reports_financeplace where campaign_id = %(campaign)s) k
    full join place c using (place_id)
    where (k.payments, k.fen, k.matched_fen, k.open_fen, k.refund_due_fen, k.refunded_fen,
           k.reversed_fen)
        is distinct from (c.payments, c.fen, c.matched_fen, c.open_fen, c.refund_due_fen,
                          c.refunded_fen, c.reversed_fen)
    union all
    select format('day %%s, channel %%s: %%s fen by the finance page, %%s by the payments',
        day, channel,
        concat_ws('/', k.fen, k.matched_fen, k.open_fen, k.refund_due_fen, k.refunded_fen,
            k.reversed_fen),
        concat_ws('/', c.fen, c.matched_fen, c.open_fen, c.refund_due_fen, c.refunded_fen,
            c.reversed_fen))
    from kept_day k
    full join (select * from finance_paid where by_place = 0) c using (day, channel)
    where (k.payments, k.fen, k.matched_fen, k.open_fen, k.refund_due_fen, k.refunded_fen,
           k.reversed_fen)
        is distinct from (c.payments, c.fen, c.matched_fen, c.open_fen, c.refund_due_fen,
                          c.refunded_fen, c.reversed_fen)
    union all
    select format('township %%s: %%s fen by day, %%s by place', township_id, coalesce(d.fen, 0),
        coalesce(p.fen, 0))
    from township_by_day d
    full join township_by_place p using (township_id)
    where d.fen is distinct from p.fen
    union all
    select format('unit %%s: %%s people by the finance page, %%s registered',
        unit_id, coalesce(k.people, 0), coalesce(c.people, 0))
    from kept_profile k
    full join finance_registered c using (unit_id)
    where (k.people, k.fee_fen, k.own_fen, k.on_behalf_fen, k.deducted_fen, k.reimbursed_fen)
        is distinct from (c.people, c.fee_fen, c.own_fen, c.on_behalf_fen, c.deducted_fen,
                          c.reimbursed_fen)
    union all
    select format('settled, own part: %%s people and %%s fen by the finance page, %%s and %%s by the matches',
        s.own, s.own_fen, c.own + f.own, l.own_fen)
    from settled s, live l, covered c, free f
    where (s.own, s.own_fen) <> (c.own + f.own, l.own_fen)
    union all
    select format('settled, on behalf: %%s people and %%s fen by the finance page, %%s and %%s by the matches',
        s.on_behalf, s.on_behalf_fen, c.on_behalf + f.on_behalf, l.on_behalf_fen)
    from settled s, live l, covered c, free f
    where (s.on_behalf, s.on_behalf_fen) <> (c.on_behalf + f.on_behalf, l.on_behalf_fen)
    union all
    select format('all payments: %%s fen matched, %%s by the matches', c.matched_fen, l.fen)
    from finance_counted c, live l
    where c.matched_fen <> l.fen
    union all
    select format('fiscal receipt %%s: it takes back %%s fen of %%s', back.id, -back.fen, first.fen)
    from reports_fiscalreceipt back
    join reports_fiscalreceipt first on first.id = back.cancels_id
    where back.campaign_id = %(campaign)s
      and (back.campaign_id, back.funder, -back.fen)
        <> (first.campaign_id, first.funder, first.fen)
)
select what, count(*) over () as found from breach order by what limit 20;
