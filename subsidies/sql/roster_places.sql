-- In:    roster_staged
-- Out:   temp table people_staged, as enrollment's people_places.sql expects it
-- Grain: one row per distinct pair of texts
-- Index: none
-- Lock:  none
analyze roster_staged;
create temp table people_staged on commit drop as
select distinct township, village, ''::text as school, null::text as problem
from roster_staged
where township <> '' or village <> '';
