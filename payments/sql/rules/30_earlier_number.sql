-- The rule "earlier_number": the payment names a number that its person held before.
--
-- In:    temp judged
-- Out:   temp named gets the new matches of these payments
-- Grain: one row per payment
-- Index: none; judged is read once
-- Lock:  none
insert into named (payment_id, rule)
select payment_id, 'earlier_number'
from judged
where earlier and obstacle is null and not held
on conflict (payment_id) do nothing;
