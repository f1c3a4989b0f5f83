-- In:    people_places, people_named (enrollment's people_places.sql has run); subsidies_sourceplace;
--        %(campaign_id)s, %(source)s of the list
-- Out:   people_places: what somebody said of this source's townships and villages; a village
--        without a township, where the campaign has one of that name only
-- Grain: one row per distinct pair of texts
-- Index: a_place_of_a_source_is_one_place
-- Lock:  none
insert into people_named (id, level, path, depth, word)
select region.id, region.level, region.path,
       length(region.path) - length(replace(region.path, '/', '')), said.township
from subsidies_sourceplace said
join enrollment_region region on region.id = said.region_id
where said.campaign_id = %(campaign_id)s and said.source = %(source)s and said.village = ''
  and not exists (
      select from people_named named
      where named.level = 'township' and named.word = said.township);

update people_places place
set village_id = found.id,
    problem = case when found.id is null then 'unknown_village' end,
    detail = case when found.id is null then place.village end
from (
    select written.township, written.village,
           case when count(named.id) = 1 then min(named.id) end as id
    from (
        select place.township, place.village, town.path
        from people_places place
        join subsidies_sourceplace said
            on said.campaign_id = %(campaign_id)s and said.source = %(source)s
           and said.village = '' and said.township = place.township
        join enrollment_region town on town.id = said.region_id
        where place.problem in ('unknown_township', 'ambiguous_township')
    ) as written
    left join lateral (
        select id, rank() over (order by depth) as nearness
        from people_named
        where level = 'village' and word = written.village and starts_with(path, written.path)
    ) named on named.nearness = 1
    group by written.township, written.village
) as found
where place.township = found.township and place.village = found.village;

update people_places place
set village_id = named.id, problem = null, detail = null
from (
    select word, min(id) as id from people_named
    where level = 'village' group by word having count(distinct id) = 1
) as named
where place.township = '' and place.problem is not null and named.word = place.village;

update people_places place
set village_id = said.region_id, problem = null, detail = null
from subsidies_sourceplace said
where said.campaign_id = %(campaign_id)s and said.source = %(source)s and said.village <> ''
  and said.township = place.township and said.village = place.village
  and place.problem is not null;
