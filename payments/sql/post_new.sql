-- In:    temp staged, verdict; %(campaign_id)s, %(file_id)s, %(known_at)s
-- Out:   payments_payment gets the new lines in their final state
-- Grain: one row per new payment line, in the order of the lines (the order its indexes like)
-- Index: all of payments_payment grow
-- Lock:  none beyond the inserts
insert into payments_payment (
    id, campaign_id, file_id, line, key, number_kind, number, name, name_key, fen, year, paid_at,
    treasury_on, receipt, channel, place, township_id, mark, known_at, late, resident_id, standing,
    cause, matched_fen, open_fen, refund_due_fen, refunded_fen, reversed_fen
)
select
    s.payment_id, %(campaign_id)s, %(file_id)s, s.line, s.key, s.number_kind, s.number, s.name,
    s.name_key, s.fen, s.year, s.paid_at, s.treasury_on, s.receipt, s.channel, s.place,
    s.township_id, s.mark, %(known_at)s, v.late, v.resident_id, v.standing, v.cause, v.matched_fen,
    v.open_fen, v.refund_due_fen, v.refunded_fen, v.reversed_fen
from staged s
join verdict v on v.payment_id = s.payment_id;
