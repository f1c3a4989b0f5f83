-- In:    temp gone, original; payments_payment; %(campaign_id)s, %(holds_late)s (boolean)
-- Out:   temp table touched(payment_id): payments whose standing may change because lines went:
--        those they corrected, and what else their people have open (a part has become free);
--        where late payments are held, the held ones
-- Grain: one row per payment
-- Index: pk of payments_payment, loose_payments_of_a_resident, open_payments_by_cause
-- Lock:  none; the caller holds the campaign's posting lock
create temp table touched on commit drop as
with corrected as (
    select p.id, p.resident_id
    from original o
    join payments_payment p on p.id = o.payment_id
),
people as (
    select resident_id from corrected
    union
    select resident_id from gone
)
select id as payment_id from corrected
union
select p.id
from people c
join payments_payment p on p.resident_id = c.resident_id and p.standing <> 'matched'
where p.campaign_id = %(campaign_id)s
union
select id
from payments_payment
where %(holds_late)s and campaign_id = %(campaign_id)s and standing = 'open' and cause = 'late';
analyze touched;
