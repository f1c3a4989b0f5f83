-- In:    roster_judged, roster_staged, roster_told, roster_words; %(file_id)s
-- Out:   enrollment_sourceproblem: rows rejected or waiting, and warnings about rows taken in
-- Grain: one row per row set aside, one per warning
-- Index: problems_of_a_file
-- Lock:  none
delete from enrollment_sourceproblem where file_id = %(file_id)s;
insert into enrollment_sourceproblem (file_id, line, "column", code, message, fen, rejected)
select %(file_id)s, staged.line, words.column_name, told.code,
       left(coalesce(nullif(staged.sheet, '') || ': ', '')
            || format(words.message,
                      regexp_replace(told.detail, '[0-9]{11}[0-9X]{4,}', '****')), 300),
       null, words.rejected
from (
    select position, problem as code, detail from roster_judged
    where outcome in ('waiting', 'rejected')
    union all
    select position, code, detail from roster_told
) as told
join roster_staged staged using (position)
join roster_words words on words.code = told.code
order by staged.position;
