-- The rule "by_hand": one person proposed the match, another approved it.
--
-- In:    temp decided
-- Out:   temp named gets the matches that people decided
-- Grain: one row per decision
-- Index: none
-- Lock:  none
insert into named (payment_id, rule, resident_id, alone, by_id, approved_by_id, why)
select
    payment_id, 'by_hand', resident_id, fen = due_fen, proposed_by_id, approved_by_id, why
from decided
where kind = 'match' and broken is null and match_id is null
on conflict (payment_id) do nothing;
