-- In:    standing listings of %(campaign_id)s; %(kinds)s, none where the policy asks for no list
-- Out:   temp table listed(resident_id, kinds): the kinds of lists a person stands on, by commas
-- Grain: one row per person on one of these lists
-- Index: listed_once_in_a_kind; the primary key of listed, for those who register
-- Lock:  none
drop table if exists listed;
create temp table listed (
    resident_id bigint primary key,
    kinds text not null
) on commit drop;
insert into listed (resident_id, kinds)
select resident_id, string_agg(kind, ',' order by kind)
from subsidies_listing
where campaign_id = %(campaign_id)s and ended_at is null and kind = any(%(kinds)s::text[])
group by resident_id;
