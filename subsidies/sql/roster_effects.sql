-- In:    roster_judged, roster_staged, roster_located, roster_people, roster_ended, roster_same,
--        roster_homes, roster_papers, people_schools; %(file_id)s, %(now)s
-- Out:   residents and identities as birth and student lists tell them: home of a newborn, numbers
--        that join a person, the school of a student, none of who left it; what was before in
--        subsidies_listeffect, so that the list can be undone
-- Grain: one row per person and fact
-- Index: enrollment_resident, one_current_identity
-- Lock:  row locks on the people who change
create temp table roster_wanted on commit drop as
select judged.position, coalesce(judged.resident_id, people.resident_id) as resident_id,
       judged.category
from roster_judged judged
left join roster_people people on people.person = judged.person
where judged.problem is null and judged.outcome in ('new', 'changed', 'known')
  and judged.category in ('list:newborn', 'list:student')
  and coalesce(judged.resident_id, people.resident_id) is not null;

update enrollment_resident newborn
set category = '1401',
    village_id = coalesce(located.village_id, homes.village_id, newborn.village_id),
    household_id = case when coalesce(located.village_id, homes.village_id) = homes.village_id
                        then homes.household_id end,
    relation = coalesce(nullif(newborn.relation, ''),
                        case when homes.household_id is not null then '子女' end, '')
from roster_wanted wanted
join roster_people people on people.resident_id = wanted.resident_id and people.position = wanted.position
join roster_located located on located.position = wanted.position
left join roster_homes homes on homes.position = wanted.position
where newborn.id = wanted.resident_id and wanted.category = 'list:newborn';

-- A child that had no name yet gets the one that the list brings.
with named as (
    select distinct on (resident.id) resident.id, staged.name, staged.name_key, staged.pinyin,
           concat_ws(E'\x1f', resident.name, resident.name_key, resident.pinyin) as was
    from roster_wanted wanted
    join roster_same same using (position)
    join roster_staged staged using (position)
    join enrollment_resident resident on resident.id = wanted.resident_id
    where resident.name ~ '之(子|女|子女)$' and staged.name !~ '之(子|女|子女)$' and staged.name <> ''
    order by resident.id, position
), kept as (
    insert into subsidies_listeffect (file_id, resident_id, fact, was, made)
    select %(file_id)s, id, 'name', was, name from named
)
update enrollment_resident resident
set name = named.name, name_key = named.name_key, pinyin = named.pinyin
from named where resident.id = named.id;

create temp table roster_joined on commit drop as
select distinct on (papers.kind, papers.number) wanted.resident_id, papers.kind, papers.number,
       papers.head4, papers.last4, papers.head,
       papers.current and row_number() over (
           partition by wanted.resident_id, papers.current order by papers.position) = 1 as current,
       nextval('enrollment_identity_id_seq') as id
from roster_papers papers
join roster_wanted wanted using (position)
where not exists (
    select from enrollment_identity held
    where held.kind = papers.kind and held.number = papers.number)
order by papers.kind, papers.number, papers.position;

insert into subsidies_listeffect (file_id, resident_id, fact, was, made)
select %(file_id)s, joined.resident_id, 'number',
       coalesce(case when joined.current then held.id::text end, ''), joined.id::text
from roster_joined joined
left join enrollment_identity held on held.resident_id = joined.resident_id and held.current;

update enrollment_identity held set current = false
from roster_joined joined
where joined.current and held.resident_id = joined.resident_id and held.current;

insert into enrollment_identity
    (id, resident_id, kind, number, head4, last4, head, current, known_at)
select id, resident_id, kind, number, head4, last4, head, current, %(now)s from roster_joined
order by id;
drop table roster_joined;

-- A student belongs to the school of the list; who left a full list, to the one it is of no longer.
create temp table roster_schooled on commit drop as
select distinct on (wanted.resident_id) wanted.resident_id, schools.school_id
from roster_wanted wanted
join roster_staged staged using (position)
join people_schools schools on schools.township = staged.township and schools.school = staged.school
where wanted.category = 'list:student' and schools.school_id is not null
order by wanted.resident_id, wanted.position;

insert into roster_schooled
select ended.resident_id, null
from roster_ended ended
join enrollment_resident resident on resident.id = ended.resident_id
join enrollment_region school on school.id = resident.school_id
where ended.category = 'list:student'
  and not exists (select from roster_schooled kept where kept.resident_id = ended.resident_id);

insert into subsidies_listeffect (file_id, resident_id, fact, was, made)
select %(file_id)s, resident.id, 'school', coalesce(resident.school_id::text, ''),
       coalesce(schooled.school_id::text, '')
from roster_schooled schooled
join enrollment_resident resident on resident.id = schooled.resident_id
where resident.school_id is distinct from schooled.school_id;

update enrollment_resident resident
set school_id = schooled.school_id
from roster_schooled schooled
where resident.id = schooled.resident_id and resident.school_id is distinct from schooled.school_id;
drop table roster_schooled, roster_wanted;
