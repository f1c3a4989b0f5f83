-- In:    temp original(key, payment_id, fen), touched(payment_id); payments_correction
-- Out:   temp table taken_back(payment_id, reversed_fen, refunded_fen)
-- Grain: one row per candidate payment that has tied corrections
-- Index: corrections_of_a_payment
-- Lock:  none
create temp table taken_back on commit drop as
select
    c.payment_id,
    coalesce(sum(c.fen) filter (where c.kind = 'reversal'), 0)::integer as reversed_fen,
    coalesce(sum(c.fen) filter (where c.kind = 'refund'), 0)::integer as refunded_fen
from (select payment_id from original union select payment_id from touched) t
join payments_correction c on c.payment_id = t.payment_id
group by c.payment_id;
analyze taken_back;
