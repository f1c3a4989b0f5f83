-- In:    payments_claim, payments_claimend, payments_payment; %(campaign_id)s, %(resident_ids)s
--        (null: all), %(now)s, %(by)s, %(why)s
-- Out:   claims whose payment was voided, reversed, or is another person's now are open again;
--        returns claim_id, payment_id
-- Grain: one row per claim that opens again
-- Index: one_live_end_of_a_claim, payments_payment_pkey, and those of matches by registration
-- Lock:  the rows it writes
update payments_claimend ended
set undone_at = %(now)s, undone_by_id = %(by)s, undone_why = %(why)s
from payments_claim c
where c.id = ended.claim_id
  and c.campaign_id = %(campaign_id)s
  and (%(resident_ids)s::bigint[] is null or c.resident_id = any(%(resident_ids)s::bigint[]))
  and ended.kind = 'payment'
  and ended.undone_at is null
  and not exists (
      select
      from payments_payment p
      where p.id = ended.payment_id
        and p.standing <> 'reversed'
        and (
            p.resident_id = c.resident_id
            or exists (
                select
                from payments_match m
                where m.payment_id = p.id and m.ended_at is null and m.resident_id = c.resident_id
            )
        )
  )
returning ended.claim_id, ended.payment_id;
