-- In:    temp view people
-- Out:   temp table people_kept, the same rows: joined once, while a large file is being read
-- Grain: one row per paper
-- Index: none, it is hashed
-- Lock:  none
create temp table people_kept on commit drop as select * from people;
analyze people_kept;
drop view people;
create temp view people as select * from people_kept;
