-- In:    temp touched, verdict; payments_payment, payments_match; %(known_at)s, %(by)s
-- Out:   live matches that the verdict no longer holds are ended, with its reason; touched
--        payments that differ from their verdict are updated
-- Grain: one row per touched payment that changes
-- Index: one_live_match_of_a_payment, pk of payments_payment
-- Lock:  the rows that change
update payments_match m
set ended_at = %(known_at)s, ended_by_id = %(by)s, ended_why = coalesce(v.cause, v.standing)
from touched t
join verdict v on v.payment_id = t.payment_id
where m.payment_id = t.payment_id and m.ended_at is null and m.id is distinct from v.match_id;

update payments_payment p
set resident_id = v.resident_id,
    late = v.late,
    standing = v.standing,
    cause = v.cause,
    matched_fen = v.matched_fen,
    open_fen = v.open_fen,
    refund_due_fen = v.refund_due_fen,
    refunded_fen = v.refunded_fen,
    reversed_fen = v.reversed_fen
from touched t
join verdict v on v.payment_id = t.payment_id
where p.id = t.payment_id
  and (
      p.resident_id, p.late, p.standing, p.cause, p.matched_fen, p.open_fen, p.refund_due_fen,
      p.refunded_fen, p.reversed_fen
  ) is distinct from (
      v.resident_id, v.late, v.standing, v.cause, v.matched_fen, v.open_fen, v.refund_due_fen,
      v.refunded_fen, v.reversed_fen
  );
