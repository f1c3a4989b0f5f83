-- In:    temp staged, set_apart (its rows of kind "again" name the doubtful keys)
-- Out:   lines without a receipt that are alike get keys of their own: the second, third … of
--        them in the order of the lines. Another file with the same lines gets the same keys
-- Grain: one row per such line
-- Index: none
-- Lock:  rows of the temp tables only
analyze staged (payment_id, key, number);

with alike as (
    select s.ctid as at, row_number() over (partition by s.key order by s.line) as nth
    from staged s
    where s.receipt = '' and s.key in (select key from set_apart where kind = 'again')
)
update staged s
set key = md5(s.key::text || '/' || a.nth)::uuid
from alike a
where s.ctid = a.at and a.nth > 1;

with alike as (
    select s.ctid as at, row_number() over (partition by s.key order by s.line) as nth
    from set_apart s
    where s.receipt = '' and s.kind in ('reversal', 'refund') and s.problem is null
)
update set_apart s
set key = md5(s.key::text || '/' || a.nth)::uuid
from alike a
where s.ctid = a.at and a.nth > 1;
