-- In:    temp touched(payment_id); payments_match
-- Out:   payments that a person matched by hand leave touched: they are not derived again
-- Grain: one row per payment
-- Index: one_live_match_of_a_payment
-- Lock:  none
delete from touched t
using payments_match m
where m.payment_id = t.payment_id and m.ended_at is null and m.rule = 'by_hand';
