-- In:    payments_payment, payments_match, payments_correction, payments_decision,
--        enrollment_registration, enrollment_identity; %(campaign_id)s, %(year)s, %(late_from)s
--        (instant or null)
-- Out:   temp table doubtful(payment_id): every payment of the campaign, and every payment that a
--        live match names, that is not plainly in order. Plainly in order is who paid with a
--        number of their own for the year, matched by rule and alone to their standing
--        registration, every fen in place, nothing taken back, nothing decided. Classification
--        would decide the same again whatever else there is, because what has matched stays
--        (R-44, R-48); so whole tables are read once, and only the rest is looked at closely
-- Grain: one row per payment
-- Index: none; whole tables are hashed
-- Lock:  none
drop table if exists doubtful;
create temp table doubtful on commit drop as
select coalesce(p.id, m.payment_id) as payment_id
from (
    select *
    from payments_payment
    where campaign_id = %(campaign_id)s
) p
full join (
    select
        m.payment_id,
        m.fen,
        m.due_fen,
        m.resident_id,
        m.registration_id,
        m.part,
        m.alone
            and m.rule <> 'by_hand'
            and g.campaign_id = m.campaign_id
            and g.ended_at is null
            and g.resident_id = m.resident_id
            and case m.part when 'own' then g.own_fen else g.on_behalf_fen end > 0 as fits
    from payments_match m
    left join enrollment_registration g on g.id = m.registration_id
    where m.campaign_id = %(campaign_id)s and m.ended_at is null
) m on m.payment_id = p.id
left join enrollment_identity i
    on i.resident_id = p.resident_id and i.kind = p.number_kind and i.number = p.number
left join (
    select payment_id
    from payments_correction
    where campaign_id = %(campaign_id)s and payment_id is not null
    union
    select payment_id
    from payments_decision
    where campaign_id = %(campaign_id)s and refused_at is null and ended_at is null
) special on special.payment_id = p.id
left join (
    select distinct registration_id, part
    from payments_decision
    where campaign_id = %(campaign_id)s
      and kind = 'match'
      and approved_at is not null
      and refused_at is null
      and ended_at is null
) by_hand on by_hand.registration_id = m.registration_id and by_hand.part = m.part
where (
    m.fits
    and m.fen = m.due_fen
    and m.due_fen > 0
    and m.resident_id = p.resident_id
    and i.resident_id is not null
    and special.payment_id is null
    and by_hand.registration_id is null
    and p.standing = 'matched'
    and p.cause is null
    and p.matched_fen = m.fen
    and p.refund_due_fen = p.fen - m.fen
    and p.refund_due_fen >= 0
    and p.open_fen = 0
    and p.refunded_fen = 0
    and p.reversed_fen = 0
    and p.year = %(year)s
    and p.late = (p.paid_at >= coalesce(%(late_from)s::timestamptz, 'infinity'))
) is not true;
analyze doubtful;
