-- In:    people_staged, people_judged, problem_words; %(file_id)s
-- Out:   enrollment_sourceproblem: rejected rows, and warnings about rows taken in
-- Grain: one row per rejected row, one per warning
-- Index: problems_of_a_file
-- Lock:  none
insert into enrollment_sourceproblem (file_id, line, "column", code, message, fen, rejected)
select %(file_id)s, told.line, coalesce(told.problem_column, words.column_name), told.code,
       -- In a row whose cells slipped aside a detail may be a number: it never gets into a message.
       left(format(words.message, regexp_replace(told.detail, '[0-9]{11}[0-9X]{4,}', '****')), 300),
       null, words.rejected
from (
    select judged.line, judged.problem as code, staged.problem_column, judged.detail
    from people_judged judged join people_staged staged using (line)
    where judged.outcome = 'rejected'
    union all
    select line, warning, problem_column, detail from people_staged
    where warning is not null and problem is null
    union all
    select line, 'name_differs', null, null from people_judged
    where renamed and outcome = 'changed'
    union all
    select line, 'moved_here', null, null from people_judged
    where moved_here and outcome = 'changed'
) as told
join problem_words words on words.code = told.code
order by told.line;
