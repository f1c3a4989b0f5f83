-- In:    payout_due, payout_funded; subsidies_payout, subsidies_transfer, subsidies_payoutbatch,
--        subsidies_entitlement; %(campaign_id)s, %(now)s
-- Out:   subsidies_payout: what is due no more and in no batch ends, what is due and not there is
--        new; what is in a batch stays as it is; accounts that lists have brought since
-- Grain: one row per amount and funder
-- Index: nobody_is_paid_twice_for_one_cause
-- Lock:  the pay-outs that end
create temp table payout_wanted on commit drop as
select due.registration_id, due.resident_id, due.kind, due.cause_id, funded.funder, funded.fen,
       funded.due_month, funded.clause, funded.words
from payout_due due
join payout_funded funded using (situation);
analyze payout_wanted;

update subsidies_payout pay
set ended_at = %(now)s, ended_why = 'not_due'
where pay.campaign_id = %(campaign_id)s
  and pay.ended_at is null
  and not exists (select 1 from subsidies_transfer sent where sent.pay_out_id = pay.id)
  and not exists (
      select 1
      from payout_wanted wanted
      where wanted.registration_id is not distinct from pay.registration_id
        and wanted.kind = pay.kind
        and wanted.cause_id is not distinct from pay.cause_id
        and wanted.funder = pay.funder
        and wanted.fen = pay.fen
        and wanted.due_month = pay.due_month
  );

-- Of a cause that is in a batch with one funder nothing is added for another: it would be twice.
insert into subsidies_payout
    (campaign_id, resident_id, registration_id, kind, cause_id, funder, fen, clause, words,
     due_month, known_at, ended_why)
select %(campaign_id)s, wanted.resident_id, wanted.registration_id, wanted.kind, wanted.cause_id,
       wanted.funder, wanted.fen, wanted.clause, wanted.words, wanted.due_month, %(now)s, ''
from payout_wanted wanted
where not exists (
    select 1
    from subsidies_payout pay
    where pay.registration_id is not distinct from wanted.registration_id
      and pay.kind = wanted.kind
      and pay.cause_id is not distinct from wanted.cause_id
      and pay.ended_at is null
      and (pay.funder = wanted.funder
           or exists (select 1 from subsidies_transfer sent where sent.pay_out_id = pay.id))
)
order by wanted.registration_id, wanted.cause_id;

update subsidies_payout pay
set account = listed.account, account_fault = null
from (
    select distinct on (resident_id) resident_id, account
    from subsidies_entitlement
    where campaign_id = %(campaign_id)s and account is not null
    order by resident_id, ended_at is not null, known_at desc, id desc
) listed
where pay.campaign_id = %(campaign_id)s
  and pay.ended_at is null
  and pay.account is null
  and listed.resident_id = pay.resident_id
  and not exists (select 1 from subsidies_transfer sent where sent.pay_out_id = pay.id);
drop table payout_wanted;
