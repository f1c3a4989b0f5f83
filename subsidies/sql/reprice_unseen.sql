-- In:    subsidies_entitlement, subsidies_repricing, enrollment_registration, enrollment_resident;
--        %(campaign_id)s, %(file_id)s: a roster that was accepted or undone, or null;
--        %(marked_ids)s: people whose marks changed one by one; %(registered_ids)s: people who have
--        just been registered; %(household)s: keys of the categories that mark the whole household
-- Out:   temp table reprice_people(resident_id): those of them who are registered and whose
--        registration may not have seen a mark, nor the mark it: registered with no decision by the
--        roster, or with a mark that changed less than an hour before they were, or since
-- Grain: one row per person
-- Index: subsidies_entitlement (file_id, ended_by_file_id, resident_id), subsidies_repricing
--        (registration_id), one_live_registration_per_person_and_period
-- Lock:  none
drop table if exists reprice_people;
create temp table reprice_people on commit drop as
with marked as (
    select resident_id, category from subsidies_entitlement where file_id = %(file_id)s
    union
    select resident_id, category from subsidies_entitlement where ended_by_file_id = %(file_id)s
),
by_roster as (
    select resident_id from marked
    union
    select member.id
    from marked
    join enrollment_resident held on held.id = marked.resident_id
    join enrollment_resident member on member.household_id = held.household_id
    where marked.category = any(%(household)s::text[])
),
with_household as (
    select id as resident_id, id as holder_id
    from enrollment_resident
    where id = any(%(registered_ids)s::bigint[])
    union
    select member.id, holder.id
    from enrollment_resident member
    join enrollment_resident holder on holder.household_id = member.household_id
    where member.id = any(%(registered_ids)s::bigint[])
      and cardinality(%(household)s::text[]) > 0
)
select people.resident_id
from by_roster people
join enrollment_registration g on g.resident_id = people.resident_id
where g.campaign_id = %(campaign_id)s and g.ended_at is null
  and not exists (
      select 1
      from subsidies_repricing decided
      where decided.registration_id = g.id and decided.file_id = %(file_id)s
  )
union
select unnest(%(marked_ids)s::bigint[])
union
select people.resident_id
from with_household people
join enrollment_registration g on g.resident_id = people.resident_id
join subsidies_entitlement mark on mark.resident_id = people.holder_id
where g.campaign_id = %(campaign_id)s and g.ended_at is null
  and mark.campaign_id = %(campaign_id)s
  and greatest(mark.known_at, mark.ended_at) > g.known_at - interval '1 hour';
analyze reprice_people;
