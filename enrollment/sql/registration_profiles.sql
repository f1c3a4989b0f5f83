-- In:    registering (category: null or absent where it is the person's own); marks (ports.stage_marks); %(born)s, %(registered)s, %(ages)s, %(days)s: the
--        bounds at which rules of the policy change, ascending (bulk/profiles.py); %(asks)s: whether it
--        asks for more than every register tells (asked.py), %(sexes)s for the sex; %(regions)s: the
--        regions it names (places.py)
-- Out:   temp tables registration_profiled (line, resident_id, registered_at, village_id and the
--        columns of a profile), registration_profiles (profile, its columns) and, empty,
--        registration_prices; the profiles, each with the facts of one of its people
-- Grain: one row per person of registering; one per profile
-- Index: none
-- Lock:  none
-- Whoever is registered already keeps the category of then; the others have none there.
alter table registering add column if not exists category text,
    add column if not exists tier text;
drop table if exists registration_profiled, registration_profiles, registration_prices;
create temp table registration_prices (
    profile integer primary key,
    problem text not null,
    refusal text not null,
    fee_fen integer not null,
    own_fen integer not null,
    on_behalf_fen integer not null,
    deducted_fen integer not null,
    reimbursed_fen integer not null,
    hardship text not null,
    tier text not null,  -- chosen, '' where none was told
    unit text not null  -- village, household or school: to which of theirs a registration counts
) on commit drop;

-- Where the policy has no bounds nothing is computed: cardinality of a parameter is a constant.
create temp table registration_profiled on commit drop as
select registering.line, registering.resident_id, registering.registered_at,
       resident.village_id,
       coalesce(registering.category, resident.category) as category, coalesce(marks.marks, '') as marks,
       coalesce(width_bucket(resident.born_on, %(born)s::date[]), -1) as born,
       width_bucket(registering.registered_at, %(registered)s::timestamptz[]) as registered,
       case when cardinality(%(ages)s::integer[]) = 0 then 0
            else coalesce(width_bucket(
                (extract(year from day) - extract(year from resident.born_on)
                 - case when to_char(day, 'MMDD') < to_char(resident.born_on, 'MMDD')
                        then 1 else 0 end)::integer,
                %(ages)s::integer[]), -1) end as age,
       case when cardinality(%(days)s::integer[]) = 0 then 0
            else coalesce(width_bucket(day - resident.born_on, %(days)s::integer[]), -1)
            end as days,
       case when %(asks)s then coalesce(registering.tier, '') || E'\x1e' || resident.residence || E'\x1e'
                 || coalesce((select listed.kinds from listed
                              where listed.resident_id = registering.resident_id), '')
            else '' end
       || E'\x1f' || case when %(sexes)s then resident.sex else '' end
       || E'\x1f' || case when cardinality(%(regions)s::bigint[]) = 0 then '' else coalesce((
            select string_agg(part, ' ' order by part)
            from enrollment_region village,
                 unnest(string_to_array(trim(both '/' from village.path), '/')) as part
            where village.id = resident.village_id
              and part::bigint = any(%(regions)s::bigint[])), '') end as told
from registering
join enrollment_resident resident on resident.id = registering.resident_id
left join marks on marks.resident_id = registering.resident_id
cross join lateral (
    select (registering.registered_at at time zone 'Asia/Shanghai')::date as day) local;
analyze registration_profiled;

create temp table registration_profiles on commit drop as
select row_number() over ()::integer as profile, grouped.*
from (
    select category, marks, born, registered, age, days, told, min(resident_id) as example
    from registration_profiled
    group by category, marks, born, registered, age, days, told) grouped;
analyze registration_profiles;

select profiles.profile, profiles.category, profiles.marks, resident.born_on,
       profiled.registered_at, profiles.told
from registration_profiles profiles
join registration_profiled profiled on profiled.resident_id = profiles.example
join enrollment_resident resident on resident.id = profiles.example
order by profiles.profile;
