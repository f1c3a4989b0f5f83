-- In:    temp doubtful; payments_payment; %(campaign_id)s
-- Out:   temp table touched(payment_id): every payment of the campaign about which classification
--        could decide otherwise
-- Grain: one row per payment
-- Index: pk of payments_payment
-- Lock:  none; the caller holds the campaign's posting lock
create temp table touched on commit drop as
select p.id as payment_id
from doubtful d
join payments_payment p on p.id = d.payment_id
where p.campaign_id = %(campaign_id)s;
analyze touched;
