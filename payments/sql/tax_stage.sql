-- A place for rows of the tax system's list of people as they are read.
-- In:    nothing
-- Out:   temp table tax_staged, empty
-- Grain: one row per line
-- Index: none; tax_compare.sql reads it whole
-- Lock:  none
create temp table tax_staged (
    line int not null,
    number_kind text not null,
    number bytea,
    name text not null,
    name_key text not null,
    mark text not null,
    place text not null,
    problem text not null
) on commit drop;
