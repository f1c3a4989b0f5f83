-- In:    roster_staged, roster_told (roster_judge.sql has run)
-- Out:   roster_told: of rows left out by hand only that they are
-- Grain: one warning per such row
-- Index: none
-- Lock:  none
delete from roster_told told
using roster_staged staged
where staged.left_out and staged.position = told.position;
insert into roster_told (position, code, detail)
select position, 'left_out', null from roster_staged where left_out and problem is null;
