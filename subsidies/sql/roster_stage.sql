-- In:    nothing
-- Out:   empty temp tables roster_staged (filled by COPY, rosters/reading.py, or from
--        subsidies_rosterline), roster_meanings (rosters/words.py) and roster_words
-- Grain: roster_staged one row per row of the file; roster_meanings one per distinct words
-- Index: none; every table is joined whole
-- Lock:  none
drop table if exists roster_staged, roster_meanings, roster_words, people_staged, people_places,
    people_schools, people_named;
create temp table roster_staged (
    like subsidies_rosterline,
    position bigint generated always as identity  -- order in the file
) on commit drop;
alter table roster_staged alter column id drop not null, alter column file_id drop not null,
    alter column left_out set default false, alter column day_text set default '',
    drop column outcome, drop column reason, drop column category, drop column grade,
    drop column resident_id;  -- these are judged
create temp table roster_meanings (
    word text not null,
    grade_word text not null,
    default_key text not null,
    category text not null,
    grade text not null,
    waiting text not null,  -- code, where nobody has said what the words mean
    detail text not null
) on commit drop;
create temp table roster_words (
    code text primary key,
    column_name text not null,
    message text not null,  -- for format(): one %%s takes the detail
    rejected boolean not null
) on commit drop;
