-- In:    subsidies_entitlement; %(campaign_id)s, %(recognised_until)s (date or null)
-- Out:   temp table marks(resident_id, categories), categories = sorted keys joined by a comma
-- Grain: one row per marked person of the campaign
-- Index: marked_once_with_a_category
-- Lock:  none beyond the reads
create temp table marks on commit drop as
select resident_id, string_agg(category, ',' order by category) as categories
from subsidies_entitlement
where campaign_id = %(campaign_id)s
  and ended_at is null
  and (%(recognised_until)s::date is null or recognised_on < %(recognised_until)s::date)
group by resident_id;
analyze marks;
