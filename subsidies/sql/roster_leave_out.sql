-- In:    enrollment_sourceproblem, subsidies_rosterline; %(file_id)s, %(code)s
-- Out:   rows with the warning are left out
-- Grain: one row per row with the warning; a message begins with its sheet, where there is one
-- Index: problems_of_a_file, a_row_of_a_roster_is_read_once
-- Lock:  those rows
update subsidies_rosterline line
set left_out = true
from enrollment_sourceproblem problem
where problem.file_id = %(file_id)s and problem.code = %(code)s
  and line.file_id = %(file_id)s and line.line = problem.line and line.problem is null
  and (line.sheet = '' or starts_with(problem.message, line.sheet || ': '));
