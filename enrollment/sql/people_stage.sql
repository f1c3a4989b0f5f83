-- In:    nothing
-- Out:   empty temp tables people_staged, filled by COPY (bulk/reading.py), problem_words, and
--        people_refused for rows that the notice does not admit (bulk/registrations.py)
-- Grain: one row per row of the file; `problem` null for rows that can be read
-- Index: none; the table is only ever joined whole
-- Lock:  none
drop table if exists people_staged, people_places, people_schools, people_refused, people_located,
    people_repeats, people_later, people_homes, people_judged, problem_words;
create temp table people_staged (
    line integer not null,
    township text not null,
    village text not null,
    group_no text,
    household_no text,
    head_name text,
    relation text,
    name text,
    name_key text,
    pinyin text,
    kind text,
    sex text,
    born_on date,
    category text,         -- '' where neither the file nor the age tells
    derived boolean,       -- category told by age, not by the file
    last_year boolean,
    school text,           -- '' where the file says that there is none; null: it does not say
    registered_at timestamptz,
    residence text,        -- registered or permit; null where that is not told
    tier text,             -- null where the row, or the file, does not say
    warning text,          -- code
    problem text,          -- code
    problem_column text,   -- where it is not the code's usual column
    detail text,
    number bytea,          -- sealed
    head4 text,
    last4 text,
    head bytea,
    phone bytea            -- sealed
) on commit drop;
create temp table people_refused (
    line integer primary key,
    problem text not null,  -- code
    detail text not null
) on commit drop;
create temp table problem_words (
    code text primary key,
    column_name text not null,
    message text not null,  -- for format(): one %%s takes the detail
    rejected boolean not null
) on commit drop;
