-- In:    payments_decision, payments_payment, enrollment_registration; %(ids)s (array), %(by)s,
--        %(now)s
-- Out:   these decisions are approved: the due and the policy version that a match meets, and what
--        had gone back of the payment before, are frozen
-- Grain: one row per decision
-- Index: pk of payments_decision, payments_payment and enrollment_registration
-- Lock:  the decisions; the caller holds the campaign's posting lock
update payments_decision d
set approved_at = %(now)s,
    approved_by_id = %(by)s,
    back_fen = met.back_fen,
    due_fen = met.due_fen,
    policy_version_id = met.policy_version_id
from (
    select
        asked.id,
        p.reversed_fen + p.refunded_fen as back_fen,
        case asked.part when 'own' then g.own_fen when 'on_behalf' then g.on_behalf_fen end
            as due_fen,
        g.policy_version_id
    from payments_decision asked
    join payments_payment p on p.id = asked.payment_id
    left join enrollment_registration g on g.id = asked.registration_id
    where asked.id = any (%(ids)s)
) met
where d.id = met.id;
