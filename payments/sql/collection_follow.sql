-- In:    payments_batchline, payments_collectionbatch, payments_match, payments_payment;
--        %(campaign_id)s, %(resident_ids)s and %(batch_ids)s (null: all), %(now)s
-- Out:   lines of confirmed batches get the payment, receipt and day in the treasury of the live
--        match of their own part, or lose them; batches of which all came back are closed, closed
--        ones of which something was taken back are confirmed again
-- Grain: one row per line, per batch; only those that differ are written
-- Index: nobody_is_in_two_collections' table is read by batch; matches by
--        one_live_match_alone_covers_a_part and matches_to_be_followed
-- Lock:  the rows it writes; the caller holds the campaign's posting lock
update payments_batchline line
set payment_id = came.payment_id, receipt = came.receipt, treasury_on = came.treasury_on
from (
    select
        l.id,
        found.payment_id,
        coalesce(p.receipt, '') as receipt,
        p.treasury_on
    from payments_collectionbatch b
    join payments_batchline l on l.batch_id = b.id and l.live
    left join lateral (
        select min(live.payment_id) as payment_id
        from (
            select m.payment_id
            from payments_match m
            where m.registration_id = l.registration_id
              and m.part = 'own' and m.alone and m.ended_at is null
            union all
            select m.payment_id
            from payments_match m
            where m.registration_id = l.registration_id
              and m.part = 'own' and not m.alone and m.ended_at is null
        ) live
    ) found on true
    left join payments_payment p on p.id = found.payment_id
    where b.campaign_id = %(campaign_id)s
      and b.state in ('confirmed', 'closed')
      and (%(resident_ids)s::bigint[] is null or l.resident_id = any(%(resident_ids)s::bigint[]))
      and (%(batch_ids)s::bigint[] is null or b.id = any(%(batch_ids)s::bigint[]))
) came
where line.id = came.id
  and (line.payment_id, line.receipt, line.treasury_on)
      is distinct from (came.payment_id, came.receipt, came.treasury_on);

update payments_collectionbatch batch
set state = case when told.back = told.heads then 'closed' else 'confirmed' end,
    closed_at = case when told.back = told.heads then %(now)s::timestamptz end
from (
    select b.id, count(*) as heads, count(l.payment_id) as back
    from payments_collectionbatch b
    join payments_batchline l on l.batch_id = b.id and l.live
    where b.campaign_id = %(campaign_id)s
      and b.state in ('confirmed', 'closed')
      and (%(batch_ids)s::bigint[] is null or b.id = any(%(batch_ids)s::bigint[]))
    group by b.id
) told
where batch.id = told.id
  and batch.state <> case when told.back = told.heads then 'closed' else 'confirmed' end;
