-- The rule "batch": a confirmed collection batch expects this amount of this person.
--
-- In:    temp judged; payments_batchline, payments_collectionbatch; %(campaign_id)s
-- Out:   temp named gets the new matches that come back of batches
-- Grain: one row per line of a batch
-- Index: nobody_is_in_two_collections
-- Lock:  none
insert into named (payment_id, rule)
select j.payment_id, 'batch'
from judged j
join payments_batchline l on l.registration_id = j.registration_id and l.live
join payments_collectionbatch b on b.id = l.batch_id
where b.campaign_id = %(campaign_id)s
  and b.state in ('confirmed', 'closed')
  and j.obstacle is null
  and not j.held
  and j.part = 'own'
  and j.remaining_fen = l.fen
on conflict (payment_id) do nothing;
