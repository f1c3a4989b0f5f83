-- In:    temp original; payments_payment; %(campaign_id)s, %(holds_late)s (boolean)
-- Out:   temp table touched(payment_id): payments taken in earlier whose standing may change by
--        this file: those corrected now, and what else these people have open (a part may have
--        become free); where late payments are held, the held ones (a part may have been settled)
-- Grain: one row per payment
-- Index: pk of payments_payment, one_live_match_of_a_payment, loose_payments_of_a_resident, open_payments_by_cause
-- Lock:  none; the caller holds the campaign's posting lock
create temp table touched on commit drop as
with corrected as (
    select p.id, p.resident_id
    from original o
    join payments_payment p on p.id = o.payment_id
    union
    select m.payment_id, m.resident_id  -- whose part it settles by hand
    from original o
    join payments_match m on m.payment_id = o.payment_id and m.ended_at is null
)
select id as payment_id from corrected
union
select p.id
from corrected c
join payments_payment p on p.resident_id = c.resident_id and p.standing <> 'matched'
where p.campaign_id = %(campaign_id)s
union
select id
from payments_payment
where %(holds_late)s and campaign_id = %(campaign_id)s and standing = 'open' and cause = 'late';
analyze touched;
