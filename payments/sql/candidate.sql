-- In:    temp staged (empty but for a file), touched(payment_id), taken_back, decided;
--        payments_payment, payments_match; %(file_id)s (null but for a file)
-- Out:   temp view candidate, as classify.sql reads it: new lines and touched payments, but for
--        those that stand as people decided
-- Grain: one row per payment
-- Index: pk of payments_payment, one_live_match_of_a_payment
-- Lock:  none
create temp view candidate as
select
    s.payment_id,
    %(file_id)s::bigint as file_id,
    s.line,
    s.number_kind,
    s.number,
    s.name_key,
    s.year,
    s.fen,
    coalesce(b.reversed_fen, 0) as reversed_fen,
    coalesce(b.refunded_fen, 0) as refunded_fen,
    s.paid_at,
    s.mark,
    null::bigint as match_id,
    null::bigint as held_registration_id,
    null::text as held_part,
    null::integer as held_due_fen,
    null::bigint as held_policy_version_id
from staged s
left join taken_back b on b.payment_id = s.payment_id
union all
select
    p.id,
    p.file_id,
    p.line,
    p.number_kind,
    p.number,
    p.name_key,
    p.year,
    p.fen,
    coalesce(b.reversed_fen, 0),
    coalesce(b.refunded_fen, 0),
    p.paid_at,
    p.mark,
    m.id,
    m.registration_id,
    m.part,
    m.due_fen,
    m.policy_version_id
from touched t
join payments_payment p on p.id = t.payment_id
left join taken_back b on b.payment_id = p.id
-- A match by hand goes with its decision.
left join payments_match m
    on m.payment_id = p.id and m.ended_at is null and m.rule <> 'by_hand'
where not exists (
    select from decided d where d.payment_id = t.payment_id and d.broken is null
);
