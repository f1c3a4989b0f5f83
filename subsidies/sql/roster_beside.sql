-- In:    roster_judged, roster_staged, roster_located, roster_same, roster_homes, people_schools
-- Out:   roster_told: what is told of newborns and students besides (rosters/problems.py); that a
--        child without a name gets one is no other name
-- Grain: one row per row of the file and warning
-- Index: none
-- Lock:  none
insert into roster_told (position, code, detail)
select same.position, 'number_joins', null
from roster_same same join roster_judged judged using (position)
where same.joins and judged.problem is null
union all
select staged.position, 'parent_unknown', null
from roster_staged staged join roster_judged judged using (position)
where judged.category = 'list:newborn' and judged.problem is null
  and not exists (select from roster_homes homes where homes.position = staged.position)
union all
select staged.position, 'unknown_school', staged.school
from roster_staged staged
join roster_judged judged using (position)
join people_schools schools on schools.township = staged.township and schools.school = staged.school
where judged.category = 'list:student' and judged.problem is null and schools.problem is not null;

delete from roster_told told
using roster_same same
join enrollment_resident resident on resident.id = same.resident_id
where told.position = same.position and told.code = 'name_differs'
  and resident.name ~ '之(子|女|子女)$';
