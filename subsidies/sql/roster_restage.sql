-- In:    subsidies_rosterline; %(file_id)s; roster_stage.sql has run
-- Out:   roster_staged, as if the file had been read again
-- Grain: one row per row that was kept
-- Index: a_row_of_a_roster_is_read_once
-- Lock:  none
insert into roster_staged (
    sheet, line, name, name_key, pinyin, kind, sex, born_on, by_age, township, village,
    household_no, head_name, relation, word, grade_word, default_key, recognised_on, warnings, problem,
    detail, number, head4, last4, head, account, phone, school, more, day_text, left_out)
select sheet, line, name, name_key, pinyin, kind, sex, born_on, by_age, township, village,
    household_no, head_name, relation, word, grade_word, default_key, recognised_on, warnings, problem,
    detail, number, head4, last4, head, account, phone, school, more, day_text, left_out
from subsidies_rosterline where file_id = %(file_id)s order by id;
