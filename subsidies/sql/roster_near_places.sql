-- In:    people_places, people_named (enrollment's people_places.sql has run)
-- Out:   people_places: a township alone is a place; a village is found with or without 村, 社区,
--        村委会 behind its name and whatever group is named, where only one place can be meant
--        (docs/RULES.md R-310)
-- Grain: one row per distinct pair of texts
-- Index: none
-- Lock:  none
update people_places set problem = null, detail = null
where village = '' and problem = 'unknown_village';

with bare as (
    select id, path,
           regexp_replace(word, '(社区居委会|社区居民委员会|村民委员会|居民委员会|村委会|居委会|行政村|社区|村)$', '') as word
    from people_named where level = 'village'
), written as (
    select place.township, place.village, town.path,
           regexp_replace(
               regexp_replace(place.village, '第?[0-9一二三四五六七八九十]+(村民)?小?[组队]$', ''),
               '(社区居委会|社区居民委员会|村民委员会|居民委员会|村委会|居委会|行政村|社区|村)$', '') as word
    from people_places place
    left join lateral (
        select min(path) as path from people_named
        where level = 'township' and word = place.township
        having count(distinct id) = 1
    ) town on true
    where place.problem = 'unknown_village'
       or place.problem is not null and place.township = '' and place.village <> ''
), found as (
    select written.township, written.village, min(bare.id) as id
    from written
    join bare on bare.word = written.word and bare.word <> ''
             and starts_with(bare.path, coalesce(written.path, ''))
    where written.township = '' or written.path is not null
    group by written.township, written.village
    having count(distinct bare.id) = 1
)
update people_places place
set village_id = found.id, problem = null, detail = null
from found
where place.township = found.township and place.village = found.village;
