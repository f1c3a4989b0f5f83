-- In:    subsidies_entitlement, enrollment_resident; %(file_id)s: the roster; %(resident_ids)s;
--        %(household)s: keys of the categories that mark the whole household
-- Out:   temp table reprice_people(resident_id): whose marks the roster wrote or ended, and these
--        residents; of categories for the household all members
-- Grain: one row per person
-- Index: enrollment_resident (household_id), subsidies_entitlement (file_id, ended_by_file_id)
-- Lock:  none
drop table if exists reprice_people;
create temp table reprice_people on commit drop as
with marked as (
    select resident_id, category from subsidies_entitlement where file_id = %(file_id)s
    union
    select resident_id, category from subsidies_entitlement where ended_by_file_id = %(file_id)s
    union
    select resident_id, category
    from subsidies_entitlement
    where resident_id = any(%(resident_ids)s::bigint[])
)
select resident_id from marked
union
select member.id
from marked
join enrollment_resident held on held.id = marked.resident_id
join enrollment_resident member on member.household_id = held.household_id
where marked.category = any(%(household)s::text[]);
analyze reprice_people;
