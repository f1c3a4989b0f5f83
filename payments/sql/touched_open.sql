-- In:    payments_payment; %(campaign_id)s
-- Out:   temp table touched(payment_id): every open payment of the campaign
-- Grain: one row per payment
-- Index: open_payments_by_cause
-- Lock:  none; the caller holds the campaign's posting lock
create temp table touched on commit drop as
select id as payment_id
from payments_payment
where campaign_id = %(campaign_id)s and standing = 'open';
analyze touched;
