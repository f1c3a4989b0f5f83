-- In:    nothing
-- Out:   empty temp tables staged (payments) and set_apart (reversals, refunds, rejected lines,
--        keys that may occur twice), filled by COPY of payments/parse.py
-- Grain: one row per line read, and one of set_apart per doubtful key
-- Index: none; payment ids are given out here, in the order of the lines
-- Lock:  none
create temp table staged (
    payment_id bigint not null default nextval('payments_payment_id_seq'),
    township_id bigint,
    paid_at timestamptz not null,
    line integer not null,
    fen integer not null,
    treasury_on date,
    year smallint not null,
    key uuid not null,
    number_kind text not null,
    number bytea not null,
    name text not null,
    name_key text not null,
    receipt text not null,
    channel text not null,
    place text not null,
    mark text not null
) on commit drop;

create temp table set_apart (
    line integer not null,
    key uuid,
    number_kind text,
    number bytea,
    name text,
    name_key text,
    fen integer not null,
    year smallint,
    paid_at timestamptz,
    treasury_on date,
    receipt text,
    channel text,
    place text,
    township_id bigint,
    mark text,
    kind text not null,
    problem text,
    original_key uuid,
    original_receipt text
) on commit drop;
