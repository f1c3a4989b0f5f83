-- In:    roster_staged, roster_judged; %(file_id)s; %(all_rows)s: nothing was accepted yet
-- Out:   subsidies_rosterline: rows not accepted yet, that wait, or were rejected, and what they
--        were judged to be
-- Grain: one row per such row of the file
-- Index: a_row_of_a_roster_is_read_once
-- Lock:  none beyond the file's own rows
delete from subsidies_rosterline where file_id = %(file_id)s;
insert into subsidies_rosterline (file_id,
    sheet, line, name, name_key, pinyin, kind, sex, born_on, by_age, township, village,
    household_no, head_name, relation, word, grade_word, default_key, recognised_on, warnings, problem,
    detail, number, head4, last4, head, account, phone, school, more,
    day_text, left_out, outcome, reason, category, grade, resident_id)
select %(file_id)s,
    staged.sheet, staged.line, staged.name, staged.name_key, staged.pinyin, staged.kind, staged.sex, staged.born_on, staged.by_age, staged.township, staged.village,
    staged.household_no, staged.head_name, staged.relation, staged.word, staged.grade_word, staged.default_key, staged.recognised_on, staged.warnings, staged.problem,
    staged.detail, staged.number, staged.head4, staged.last4, staged.head, staged.account, staged.phone, staged.school, staged.more,
    staged.day_text, staged.left_out, judged.outcome, judged.problem, judged.category, judged.grade, judged.resident_id
from roster_staged staged
join roster_judged judged using (position)
where %(all_rows)s or judged.outcome in ('waiting', 'rejected')
order by position;
