-- In:    people_staged, people_homes, people_judged; %(now)s, %(file_id)s, %(insurance)s,
--        %(last_year)s, %(formerly)s (words for a former name, one %%s)
-- Out:   households, residents, identities and prior enrollments, new and changed
-- Grain: one row per household, resident, identity, prior enrollment
-- Index: every index of these tables grows; residents and identities in the order of villages
-- Lock:  row locks on what changes; a unique violation means that a desk was quicker: run
--        people_check.sql and this file again
insert into enrollment_household (id, village_id, number, head_name, group_no)
select id, village_id, number, head_name, group_no
from people_homes
where new
order by id;

update enrollment_household home
set head_name = coalesce(nullif(named.head_name, ''), home.head_name),
    group_no = coalesce(nullif(named.group_no, ''), home.group_no)
from people_homes named
where named.id = home.id and named.changed;

insert into enrollment_resident
    (id, name, name_key, pinyin, sex, born_on, category, village_id, school_id, household_id,
     relation, residence, phone, note, known_at)
select judged.resident_id, staged.name, staged.name_key, staged.pinyin, staged.sex,
       staged.born_on, staged.category, judged.village_id, judged.school_id, judged.home_id,
       staged.relation, coalesce(staged.residence, ''), staged.phone, '', %(now)s
from people_judged judged
join people_staged staged using (line)
where judged.outcome = 'new'
order by judged.resident_id;

insert into enrollment_identity
    (resident_id, kind, number, head4, last4, head, current, known_at)
select judged.resident_id, staged.kind, staged.number, staged.head4, staged.last4, staged.head,
       true, %(now)s
from people_judged judged
join people_staged staged using (line)
where judged.outcome = 'new'
order by judged.resident_id;

insert into enrollment_priorenrollment
    (resident_id, insurance, coverage_from, village_id, source_file_id)
select judged.resident_id, %(insurance)s, %(last_year)s, judged.village_id, %(file_id)s
from people_judged judged
join people_staged staged using (line)
where judged.outcome in ('new', 'changed') and staged.last_year
  and not exists (
      select from enrollment_priorenrollment prior
      where prior.resident_id = judged.resident_id
        and prior.insurance = %(insurance)s and prior.coverage_from = %(last_year)s)
order by judged.resident_id;

update enrollment_resident resident
set village_id = judged.village_id,
    school_id = case when staged.school is null then resident.school_id else judged.school_id end,
    household_id = case when staged.household_no <> '' then judged.home_id
                        when resident.village_id <> judged.village_id then null
                        else resident.household_id end,
    relation = coalesce(nullif(staged.relation, ''), resident.relation),
    residence = coalesce(staged.residence, resident.residence),
    category = case when staged.derived then resident.category else staged.category end,
    phone = coalesce(staged.phone, resident.phone),
    name = case when judged.renamed then staged.name else resident.name end,
    name_key = staged.name_key,
    pinyin = case when judged.renamed then staged.pinyin else resident.pinyin end,
    note = case when judged.renamed
                then left(concat_ws('; ', nullif(resident.note, ''),
                                    format(%(formerly)s, resident.name)), 200)
                else resident.note end
from people_judged judged
join people_staged staged using (line)
where judged.outcome = 'changed' and resident.id = judged.resident_id;
