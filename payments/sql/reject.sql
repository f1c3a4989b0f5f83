-- In:    temp set_apart; %(file_id)s, %(columns)s, %(messages)s: JSON objects by problem
-- Out:   enrollment_sourceproblem gets the rejected lines
-- Grain: one row per rejected line
-- Index: problems_of_a_file grows
-- Lock:  none beyond the inserts
insert into enrollment_sourceproblem (file_id, line, "column", code, message, fen, rejected)
select
    %(file_id)s,
    line,
    %(columns)s::jsonb ->> problem,
    problem,
    %(messages)s::jsonb ->> problem,
    case when kind = 'payment' then fen else -fen end,
    true
from set_apart
where problem is not null
order by line;
