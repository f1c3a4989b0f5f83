-- In:    subsidies_payout, subsidies_transfer; %(batch_id)s, %(campaign_id)s, %(funder)s, %(month)s
-- Out:   subsidies_transfer: a row for each live pay-out of the funder and month that has an account
--        and is in no batch, or came back
-- Grain: one row per pay-out
-- Index: a_pay_out_is_transferred_once: who is quicker takes it
-- Lock:  none beyond the inserts
insert into subsidies_transfer (batch_id, pay_out_id, account, fen, returned_why)
select %(batch_id)s, pay.id, pay.account, pay.fen, ''
from subsidies_payout pay
where pay.campaign_id = %(campaign_id)s
  and pay.funder = %(funder)s
  and pay.due_month = %(month)s
  and pay.ended_at is null
  and pay.account is not null
  and not exists (
      select 1
      from subsidies_transfer sent
      where sent.pay_out_id = pay.id and sent.returned_at is null
  )
order by pay.id
on conflict do nothing;
