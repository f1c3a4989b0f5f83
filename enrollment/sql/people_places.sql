-- In:    people_staged; enrollment_region and its aliases; %(path)s of the campaign's region
-- Out:   temp tables people_places(township, village, village_id, problem, detail) and
--        people_schools(township, school, school_id, problem)
-- Grain: one row per distinct pair of texts in the file
-- Index: none worth having; a campaign has some thousand places
-- Lock:  none
-- A township is any township-level region of the campaign, by name, alias, key or code (also
-- without its zeros), compared as bulk.reading.plain writes it. A village is looked up below that
-- township only, the nearest level first: a township may hold another one. A school is any region
-- of that kind in the campaign; of several of one name the one in the row's own township is meant.
analyze people_staged;
drop table if exists people_named;
create temp table people_named on commit drop as
with below as (
    select id, name, key, code, level, kind, path,
           length(path) - length(replace(path, '/', '')) as depth
    from enrollment_region
    where path like %(path)s || '%%'
), words as (
    select id, name as word from below
    union select id, key from below
    union select id, code from below where code is not null
    union select id, left(code, 9) from below where code like '%%000' and level = 'township'
    union select alias.region_id, alias.name
          from enrollment_regionalias alias join below on below.id = alias.region_id
)
select distinct below.id, case when kind = 'school' then 'school' else level end as level, path,
       depth, upper(replace(normalize(words.word, NFKC), ' ', '')) as word
from words join below using (id);
analyze people_named;

create temp table people_places on commit drop as
with written as (
    select distinct township, village from people_staged where problem is null
), townships as (
    select township, min(named.id) as id, min(named.path) as path, count(*) as found
    from (select distinct township from written) as written
    join people_named named on named.word = written.township and named.level = 'township'
    group by township
), villages as (
    select township, village, array_agg(id) as ids
    from (
        select written.township, written.village, named.id,
               rank() over (partition by written.township, written.village
                            order by named.depth) as nearness
        from written
        join townships on townships.township = written.township and townships.found = 1
        join people_named named on named.word = written.village and named.level = 'village'
                  and named.path like townships.path || '%%'
    ) as candidates
    where nearness = 1
    group by township, village
)
select written.township, written.village,
       case when cardinality(villages.ids) = 1 then villages.ids[1] end as village_id,
       case when townships.id is null then 'unknown_township'
            when townships.found > 1 then 'ambiguous_township'
            when villages.ids is null then 'unknown_village'
            when cardinality(villages.ids) > 1 then 'ambiguous_village' end as problem,
       case when townships.id is null or townships.found > 1 then written.township
            when villages.ids is null or cardinality(villages.ids) > 1 then written.village
       end as detail
from written
left join townships on townships.township = written.township
left join villages on villages.township = written.township and villages.village = written.village;
analyze people_places;

create temp table people_schools on commit drop as
select township, school,
       case when count(id) = 1 then min(id) end as school_id,
       case when count(id) = 0 then 'unknown_school'
            when count(id) > 1 then 'ambiguous_school' end as problem
from (
    select written.township, written.school, named.id,
           rank() over (partition by written.township, written.school
                        order by starts_with(named.path, own.path) desc nulls last) as nearness
    from (
        select distinct township, school from people_staged
        where problem is null and school <> ''
    ) as written
    left join people_named named on named.word = written.school and named.level = 'school'
    left join lateral (
        select min(path) as path from people_named
        where word = written.township and level = 'township'
        having count(*) = 1
    ) own on true
) as candidates
where nearness = 1
group by township, school;
analyze people_schools;
