-- In:    temp original(key, payment_id, fen); payments_correction
-- Out:   payments_correction.payment_id of all corrections of these keys: the smallest first, as
--        long as together they do not exceed the payment; the rest waits, untied. Which are tied
--        depends on the set of lines only, never on the order in which they came
-- Grain: one row per correction
-- Index: corrections_by_original
-- Lock:  the corrections that change
with summed as (
    select
        c.id,
        case
            when sum(c.fen) over (partition by o.key order by c.fen, c.paid_at, c.key) <= o.fen
            then o.payment_id
        end as payment_id
    from original o
    join payments_correction c on c.original_key = o.key
)
update payments_correction c
set payment_id = s.payment_id
from summed s
where c.id = s.id and c.payment_id is distinct from s.payment_id;
