-- In:    roster_judged, roster_staged; %(file_id)s
-- Out:   subsidies_rosterknown: the rows of an accepted roster that changed nothing
-- Grain: one row for the acceptance; its arrays have an element for each row of the file
-- Index: none
-- Lock:  none
insert into subsidies_rosterknown (file_id, sheets, lines, residents, categories)
select %(file_id)s, array_agg(sheet order by position), array_agg(line order by position),
       array_agg(resident_id order by position), array_agg(category order by position)
from (
    select judged.position, staged.sheet, staged.line, judged.resident_id, judged.category
    from roster_judged judged
    join roster_staged staged using (position)
    where judged.outcome = 'known'
) as known
having count(*) > 0;
