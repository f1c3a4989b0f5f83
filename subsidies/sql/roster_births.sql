-- In:    nothing
-- Out:   empty temp tables, filled by rosters/births.py: roster_same (the known person whom a row with
--        an unknown number is about; whether its number joins theirs), roster_homes (a parent's
--        household and village), roster_papers (numbers that a person holds besides), roster_serials
-- Grain: one row per row of the file; roster_papers one per number
-- Index: none; joined whole
-- Lock:  none
drop table if exists roster_same, roster_homes, roster_papers, roster_serials;
create temp table roster_same (
    position bigint not null, resident_id bigint not null, joins boolean not null
) on commit drop;
create temp table roster_homes (
    position bigint not null, household_id bigint, village_id bigint not null
) on commit drop;
create temp table roster_papers (
    position bigint not null, kind text not null, number bytea not null, head4 text not null,
    last4 text not null, head bytea not null, current boolean not null
) on commit drop;
create temp table roster_serials (
    position bigint not null, number bytea not null, head4 text not null, last4 text not null,
    head bytea not null
) on commit drop;
