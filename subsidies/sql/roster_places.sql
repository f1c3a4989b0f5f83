-- In:    roster_staged
-- Out:   numbers that agree although they end as a cut one does are damaged in a file with others
--        (docs/RULES.md R-247); temp table people_staged, as enrollment's people_places.sql expects it
-- Grain: one row per distinct pair of texts
-- Index: none
-- Lock:  none
update roster_staged
set problem = 'number_damaged', number = null, head4 = '', last4 = ''
where warnings like '%%number_doubtful%%' and problem is null
  and exists (select from roster_staged where problem = 'number_damaged');
analyze roster_staged (position, kind, number, township, village, word, grade_word, default_key);
create temp table people_staged on commit drop as
select distinct township, village, school, null::text as problem
from roster_staged
where township <> '' or village <> '' or school <> '';
