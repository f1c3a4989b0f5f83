-- In:    payments_payment, payments_match, payments_decision; %(campaign_id)s, %(payment_ids)s
-- Out:   temp table touched(payment_id): these payments, and what else is not matched of their
--        people and of those whose part they settle or are to settle: a part may have become free
-- Grain: one row per payment
-- Index: pk of payments_payment, one_live_match_of_a_payment, decisions_of_a_payment,
--        loose_payments_of_a_resident
-- Lock:  none; the caller holds the campaign's posting lock
create temp table touched on commit drop as
with person as (
    select resident_id from payments_payment where id = any (%(payment_ids)s)
    union
    select resident_id
    from payments_match
    where payment_id = any (%(payment_ids)s) and ended_at is null
    union
    select resident_id from payments_decision where payment_id = any (%(payment_ids)s)
)
select id as payment_id
from payments_payment
where campaign_id = %(campaign_id)s and id = any (%(payment_ids)s)
union
select p.id
from person
join payments_payment p on p.resident_id = person.resident_id and p.standing <> 'matched'
where p.campaign_id = %(campaign_id)s;
analyze touched;
