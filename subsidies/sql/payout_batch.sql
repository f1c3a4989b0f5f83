-- In:    subsidies_payout, enrollment_resident; %(batch_id)s, %(pay_outs)s: ids of what is to be paid
-- Out:   subsidies_transfer: a row for each, numbered as the bank's file will be; what somebody else
--        has taken meanwhile is left out
-- Grain: one row per pay-out
-- Index: a_pay_out_is_transferred_once: who is quicker takes it
-- Lock:  none beyond the inserts
insert into subsidies_transfer (batch_id, pay_out_id, line, name, account, fen, returned_why)
select
    %(batch_id)s, pay.id, row_number() over (order by person.pinyin, pay.id),
    case when pay.payee <> '' then pay.payee else person.name end, pay.account, pay.fen, ''
from subsidies_payout pay
join enrollment_resident person on person.id = pay.resident_id
where pay.id = any(%(pay_outs)s) and pay.ended_at is null and pay.account is not null
on conflict do nothing;
