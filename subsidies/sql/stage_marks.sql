-- In:    subsidies_entitlement, enrollment_resident; %(campaign_id)s, %(recognised_until)s (date or
--        null), %(household)s (keys of the categories that mark the whole household), %(cuts)s
--        (dates, ascending)
-- Out:   temp table marks(resident_id, categories, marks): categories = sorted keys joined by a
--        comma, marks = the same as category:grade:interval, interval = how many cuts are not after
--        the day of recognition; a person's own mark goes before one through the household
-- Grain: one row per marked person of the campaign
-- Index: marked_once_with_a_category; enrollment_resident (household_id)
-- Lock:  none beyond the reads
create temp table marks on commit drop as
with standing as (
    select resident_id, category, grade, recognised_on
    from subsidies_entitlement
    where campaign_id = %(campaign_id)s
      and ended_at is null
      and (%(recognised_until)s::date is null or recognised_on < %(recognised_until)s::date)
),
held as (
    select resident_id, category, grade, recognised_on, 0 as through_household
    from standing
    union all
    select member.id, standing.category, grade, recognised_on, 1
    from standing
    join enrollment_resident marked on marked.id = standing.resident_id
    join enrollment_resident member
        on member.household_id = marked.household_id and member.id <> marked.id
    where standing.category = any(%(household)s::text[])
),
one as (
    select distinct on (resident_id, category) resident_id, category, grade, recognised_on
    from held
    order by resident_id, category, through_household, recognised_on, grade collate "C"
)
select
    resident_id,
    string_agg(category, ',' order by category collate "C") as categories,
    string_agg(
        category || ':' || grade || ':' || width_bucket(recognised_on, %(cuts)s::date[]),
        ',' order by category collate "C"
    ) as marks
from one
group by resident_id;
analyze marks;
