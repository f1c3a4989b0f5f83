-- In:    nothing
-- Out:   empty temp table named(payment_id, rule, and of a match by hand: resident_id of its
--        registration, alone, by_id, approved_by_id, why), filled by sql/rules/*.sql in their
--        order: the first rule that explains a new match names it, for good. What none of them
--        names is the rule "number": the payment names the number that its person holds now
-- Grain: one row per new match of another rule
-- Index: the payment, once
-- Lock:  none
create temp table named (
    payment_id bigint primary key,
    rule text not null,
    resident_id bigint,
    alone boolean not null default true,
    by_id bigint,
    approved_by_id bigint,
    why text not null default ''
) on commit drop;
