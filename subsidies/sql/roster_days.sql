-- In:    subsidies_rosterline; %(file_id)s, %(texts)s and %(days)s (same length; a day may be null)
-- Out:   the rows' days, and whether they are still told to be unreadable
-- Grain: one row per row whose day stands in texts
-- Index: a_row_of_a_roster_is_read_once
-- Lock:  those rows
update subsidies_rosterline line
set recognised_on = said.day,
    warnings = array_to_string(
        array_remove(string_to_array(line.warnings, ','), 'date_unreadable')
        || case when said.day is null then array['date_unreadable'] else '{}'::text[] end, ',')
from unnest(%(texts)s::text[], %(days)s::date[]) as said(text, day)
where line.file_id = %(file_id)s and line.day_text = said.text;
