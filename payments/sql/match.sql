-- In:    temp verdict, named; %(campaign_id)s, %(known_at)s, %(by)s
-- Out:   payments_match gets one live match per payment that the verdict matches anew, with the
--        rule that found it
-- Grain: one row per payment
-- Index: all of payments_match grow; fed in the order of registrations, the largest of them
-- Lock:  none beyond the inserts
insert into payments_match (
    campaign_id, payment_id, registration_id, resident_id, part, fen, due_fen, policy_version_id,
    rule, alone, at, known_at, by_id, approved_by_id, why
)
select
    %(campaign_id)s, v.payment_id, v.registration_id, coalesce(n.resident_id, v.resident_id),
    v.part, v.matched_fen, v.due_fen, v.policy_version_id, coalesce(n.rule, 'number'),
    coalesce(n.alone, true), v.paid_at, %(known_at)s, coalesce(n.by_id, %(by)s),
    n.approved_by_id, coalesce(n.why, '')
from verdict v
left join named n on n.payment_id = v.payment_id
where v.standing = 'matched' and v.match_id is null
order by v.registration_id, v.part;
