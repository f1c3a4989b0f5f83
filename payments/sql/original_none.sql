-- In:    nothing
-- Out:   temp table original(key, payment_id, fen), empty: no corrections are tied anew
-- Grain: one row per key that a correction names
-- Index: none
-- Lock:  none
create temp table original (key uuid, payment_id bigint, fen integer) on commit drop;
