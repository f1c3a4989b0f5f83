-- In:    roster_staged, roster_meanings, roster_same, people_places, people_named; residents, identities,
--        standing marks and lists; %(campaign_id)s, %(path)s of its region, %(region_id)s where
--        people of an unknown place are put, %(as_of)s, %(full)s, %(scope_path)s (of the region that a full list is complete for),
--        %(categories)s (those it is complete for)
-- Out:   temp tables roster_located, roster_judged (what becomes of each row: outcome new, changed,
--        known, waiting, rejected; new people have ids), roster_people (new people), roster_scope (standing marks that
--        it is complete for), roster_ended (those of people who are absent) and roster_told (warnings)
-- Grain: roster_judged one row per row of the file; roster_ended one per standing mark
-- Index: a_number_has_one_holder, marked_once_with_a_category, listed_once_in_a_kind
-- Lock:  none
drop table if exists roster_located, roster_later, roster_standing, roster_judged, roster_people,
    roster_scope, roster_ended, roster_told;

create temp table roster_standing on commit drop as
select 'mark' as kind, id, resident_id, category, grade, recognised_on
from subsidies_entitlement where campaign_id = %(campaign_id)s and ended_at is null
union all
select 'list', id, resident_id, 'list:' || kind, '', since
from subsidies_listing where campaign_id = %(campaign_id)s and ended_at is null;
analyze roster_standing;

create temp table roster_located on commit drop as
select staged.position, coalesce(same.resident_id, identity.resident_id) as resident_id,
       case when staged.left_out then '-' else meaning.category end as category, meaning.grade,
       coalesce(int8send(coalesce(same.resident_id, identity.resident_id)),
                convert_to(staged.kind, 'UTF8') || staged.number) as person,
       coalesce(same.joins, false) as joins,
       case when staged.problem is not null then 'rejected'
            when meaning.waiting <> '' and not staged.left_out then 'waiting' end as set_aside,
       coalesce(staged.problem, case when not staged.left_out then nullif(meaning.waiting, '') end)
           as problem,
       case when staged.problem is not null then staged.detail else meaning.detail end as detail,
       places.village_id, places.problem as place_problem, places.detail as place_detail,
       staged.recognised_on, staged.warnings,
       staged.name_key <> '' and staged.name_key <> resident.name_key as name_differs,
       home.path not like %(path)s || '%%' as lives_elsewhere
from roster_staged staged
join roster_meanings meaning
    on meaning.word = staged.word and meaning.grade_word = staged.grade_word
   and meaning.default_key = staged.default_key
left join enrollment_identity identity
    on identity.kind = staged.kind and identity.number = staged.number
left join roster_same same using (position)
left join enrollment_resident resident
    on resident.id = coalesce(same.resident_id, identity.resident_id)
left join enrollment_region home on home.id = resident.village_id
left join people_places places
    on places.township = staged.township and places.village = staged.village
   and (staged.township <> '' or staged.village <> '');
analyze roster_located (position, person, category, resident_id, set_aside);

-- One person in several good rows of one category: the first counts, the others are known.
create temp table roster_later on commit drop as
select located.position, repeated.first_position
from (
    select person, category, min(position) as first_position
    from roster_located where set_aside is null
    group by person, category having count(*) > 1
) as repeated
join roster_located located using (person, category)
where located.set_aside is null and located.position <> repeated.first_position;
analyze roster_later;

create temp table roster_judged on commit drop as
select located.position, located.resident_id, located.person, located.category, located.grade,
       located.problem, located.detail, later.first_position, standing.id as standing_id,
       standing.grade as former_grade, standing.recognised_on as former_day,
       coalesce(located.set_aside,
           case when located.category = '-' or later.position is not null then 'known'
                when located.resident_id is null and located.category like 'list:%%'
                 and located.category <> 'list:newborn' then 'known'
                when standing.id is null then 'new'
                when located.joins then 'changed'
                when (located.grade <> '' and located.grade <> standing.grade)
                  or located.recognised_on <> standing.recognised_on then 'changed'
                else 'known' end) as outcome
from roster_located located
left join roster_later later using (position)
left join roster_standing standing
    on standing.resident_id = located.resident_id and standing.category = located.category;
analyze roster_judged (position, person, category, resident_id, outcome);

-- People whom nobody knew: whoever is marked should be enrolled, so they enter the register.
create temp table roster_people on commit drop as
select distinct on (judged.person) judged.person, judged.position,
       nextval('enrollment_resident_id_seq') as resident_id,
       coalesce(located.village_id, township.id, %(region_id)s) as village_id
from roster_judged judged
join roster_located located using (position)
join roster_staged staged using (position)
left join lateral (
    select min(id) as id from people_named
    where level = 'township' and word = staged.township
    having count(*) = 1
) township on true
where judged.outcome = 'new' and judged.resident_id is null
order by judged.person, located.village_id is null, judged.position;
analyze roster_people;

-- What a full list is complete for: who was recognised after its day cannot be on it.
create temp table roster_scope on commit drop as
select standing.*
from roster_standing standing
join enrollment_resident resident on resident.id = standing.resident_id
join enrollment_region village on village.id = resident.village_id
where standing.category = any(%(categories)s) and standing.recognised_on <= %(as_of)s
  and (village.path like %(scope_path)s || '%%'
       or standing.category = 'list:student' and exists (
           select from enrollment_region school
           where school.id = resident.school_id and school.path like %(scope_path)s || '%%'));

create temp table roster_ended on commit drop as
select scope.*
from roster_scope scope
where %(full)s
  and not exists (
      select from roster_located located
      where located.resident_id = scope.resident_id and located.category = scope.category
        and located.set_aside is null);

create temp table roster_told on commit drop as
select position, code, null::text as detail
from roster_located, unnest(string_to_array(warnings, ',')) as code
where warnings <> '' and set_aside is distinct from 'rejected'
union all
select later.position, 'repeated', coalesce(nullif(first.sheet, '') || ' ', '') || first.line
from roster_later later join roster_staged first on first.position = later.first_position
union all
select position, 'name_differs', null
from roster_located where set_aside is null and name_differs
union all
select position, 'unknown_place', place_detail
from roster_located where set_aside is null and place_problem is not null
union all
select position, 'lives_elsewhere', null
from roster_located where set_aside is null and lives_elsewhere
union all
select located.position, 'listed_dead', dead.since::text
from roster_located located
join subsidies_listing dead
    on dead.resident_id = located.resident_id and dead.campaign_id = %(campaign_id)s
   and dead.kind = 'dead' and dead.ended_at is null
where located.set_aside is null and located.category not like 'list:%%'
union all
select position, 'not_in_register', null
from roster_located
where set_aside is null and resident_id is null and category like 'list:%%'
  and category <> 'list:newborn'
union all
select located.position, 'not_marked_here', staged.word
from roster_located located join roster_staged staged using (position)
where located.set_aside is null and located.category = '-';
