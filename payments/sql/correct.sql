-- In:    temp staged, set_apart; payments_payment, payments_correction; %(campaign_id)s,
--        %(file_id)s, %(known_at)s
-- Out:   payments_correction gets the reversal and refund lines, untied; temp table
--        original(key, payment_id, fen): payments, staged or not, whose corrections may have
--        changed; payment_id is null where nothing has that key yet
-- Grain: one row of original per key that a correction names
-- Index: corrections_of_a_file, corrections_of_a_payment; key of payments_payment
-- Lock:  none beyond the inserts; the caller holds the campaign's posting lock
insert into payments_correction (
    campaign_id, file_id, line, kind, key, original_key, number_kind, number, name, name_key,
    receipt, original_receipt, fen, year, paid_at, known_at
)
select
    %(campaign_id)s, %(file_id)s, line, kind, key, original_key, number_kind, number, name,
    name_key, receipt, original_receipt, fen, year, paid_at, %(known_at)s
from set_apart
where kind in ('reversal', 'refund') and problem is null
order by line;

-- This file's corrections, and those that wait for a payment which this file may bring.
create temp table original on commit drop as
select n.key, coalesce(p.id, s.payment_id) as payment_id, coalesce(p.fen, s.fen) as fen
from (
    select distinct original_key as key
    from payments_correction
    where campaign_id = %(campaign_id)s
      and original_key is not null
      and (payment_id is null or file_id = %(file_id)s)
) n
left join payments_payment p on p.key = n.key
left join staged s on s.key = n.key;
analyze original;
