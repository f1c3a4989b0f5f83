-- In:    temp table payout_judged(id, fault), filled by payouts/due.py
-- Out:   subsidies_payout.account_fault of these
-- Grain: one row per pay-out
-- Index: the primary key
-- Lock:  the pay-outs judged
update subsidies_payout pay
set account_fault = judged.fault
from payout_judged judged
where pay.id = judged.id;
