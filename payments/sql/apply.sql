-- In:    temp touched, decided, verdict; payments_payment, payments_match, payments_decision;
--        %(known_at)s, %(by)s
-- Out:   live matches that the verdict no longer holds are ended, with its reason; touched
--        payments that differ from their verdict are updated; decisions that do not hold any more
--        are ended, and so are holds and questions about payments that are open no longer
-- Grain: one row per touched payment that changes
-- Index: one_live_match_of_a_payment, pk of payments_payment
-- Lock:  the rows that change
update payments_match m
set ended_at = %(known_at)s,
    ended_by_id = %(by)s,
    ended_why = coalesce(
        d.broken, case d.kind when 'match' then 'by_hand' end, v.cause, v.standing
    )
from touched t
join verdict v on v.payment_id = t.payment_id
left join decided d on d.payment_id = t.payment_id
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

update payments_decision d
set ended_at = %(known_at)s, ended_by_id = %(by)s, ended_why = x.broken
from decided x
where d.id = x.decision_id and x.broken is not null;

update payments_decision d
set ended_at = %(known_at)s, ended_by_id = %(by)s, ended_why = v.standing
from touched t
join verdict v on v.payment_id = t.payment_id
where d.payment_id = t.payment_id
  and d.kind in ('verify', 'hold')
  and d.refused_at is null
  and d.ended_at is null
  and v.standing <> 'open';
