-- What people decided of payments, above what classify.sql derives (docs/RULES.md R-350 to R-353).
--
-- In:    temp touched(payment_id), taken_back; payments_decision, payments_payment,
--        payments_match, enrollment_registration, enrollment_identity; %(campaign_id)s,
--        %(late_from)s (instant or null)
-- Out:   temp table decided: the touched payments with an approved decision, and what stands
--        against them by it; of refunds that follow one another the last, with what all of them
--        give back. `broken` says why it holds no longer: registration_ended, corrected;
--        such a payment is derived like any other. Temp table by_hand(registration_id, part):
--        what decisions of the campaign settle, whole or in part
-- Grain: one row per payment
-- Index: pk of payments_payment and enrollment_registration, one_live_match_of_a_payment,
--        a_number_has_one_holder; each decision is looked up by itself (offset 0), since whole
--        tables are hashed around here, and decisions are few
-- Lock:  none; the caller holds the campaign's posting lock
create temp table decided on commit drop as
with standing as (
    select
        d.*,
        p.resident_id as payer_id,
        p.paid_at,
        p.late,
        p.reversed_fen,
        p.refunded_fen,
        p.remaining_fen,
        p.match_id,
        p.registration_stands
    from payments_decision d
    join touched t on t.payment_id = d.payment_id
    cross join lateral (
        select
            (
                select i.resident_id
                from enrollment_identity i
                where i.kind = p.number_kind and i.number = p.number
            ) as resident_id,
            p.paid_at,
            p.paid_at >= coalesce(%(late_from)s::timestamptz, 'infinity') as late,
            coalesce(b.reversed_fen, 0) as reversed_fen,
            coalesce(b.refunded_fen, 0) as refunded_fen,
            p.fen - coalesce(b.reversed_fen, 0) - coalesce(b.refunded_fen, 0) as remaining_fen,
            (
                select m.id
                from payments_match m
                where m.payment_id = d.payment_id
                  and m.ended_at is null
                  and (m.rule, m.registration_id, m.part, m.fen)
                    = ('by_hand', d.registration_id, d.part, d.fen)
            ) as match_id,
            exists (
                select from enrollment_registration g
                where g.id = d.registration_id
                  and g.campaign_id = d.campaign_id
                  and g.ended_at is null
            ) as registration_stands
        from payments_payment p
        left join taken_back b on b.payment_id = p.id
        where p.id = d.payment_id
        offset 0
    ) p
    where d.campaign_id = %(campaign_id)s
      and d.approved_at is not null
      and d.refused_at is null
      and d.ended_at is null
)
select distinct on (s.payment_id)
    s.payment_id,
    s.id as decision_id,
    s.kind,
    s.payer_id,
    s.registration_id,
    s.resident_id,
    s.part,
    s.fen,
    s.due_fen,
    s.policy_version_id,
    s.match_id,
    s.paid_at,
    s.late,
    s.remaining_fen,
    s.reversed_fen,
    s.refunded_fen,
    s.proposed_by_id,
    s.approved_by_id,
    left(coalesce(nullif(s.evidence, ''), s.reason), 200) as why,
    case
        when s.kind = 'match' and not s.registration_stands then 'registration_ended'
        when s.kind = 'match' and s.remaining_fen < s.fen then 'corrected'
    end as broken,
    -- What went back since each was decided is given back already.
    case
        when s.kind = 'refund' then least(
            s.remaining_fen,
            sum(greatest(
                0, s.fen - greatest(0, s.reversed_fen + s.refunded_fen - s.back_fen)
            )) over (partition by s.payment_id)
        )::integer
        else s.remaining_fen - s.fen
    end as refund_due_fen
from standing s
order by s.payment_id, s.id desc;
analyze decided;

create temp table by_hand on commit drop as
select registration_id, part
from decided
where kind = 'match' and broken is null
union
select d.registration_id, d.part
from payments_decision d
where d.campaign_id = %(campaign_id)s
  and d.kind = 'match'
  and d.approved_at is not null
  and d.refused_at is null
  and d.ended_at is null
  and not exists (select from touched t where t.payment_id = d.payment_id);
analyze by_hand;
