-- In:    payments_payment, payments_correction; %(campaign_id)s
-- Out:   temp table original(key, payment_id, fen) of the whole campaign, as in correct.sql
-- Grain: one row per key that a correction names
-- Index: key of payments_payment
-- Lock:  none; the caller holds the campaign's posting lock
create temp table original on commit drop as
select n.key, p.id as payment_id, p.fen
from (
    select distinct original_key as key
    from payments_correction
    where campaign_id = %(campaign_id)s and original_key is not null
) n
left join payments_payment p on p.key = n.key;
analyze original;
