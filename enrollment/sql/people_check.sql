-- In:    people_staged, people_places, people_schools, people_refused; residents, identities,
--        households, prior enrollments;
--        %(insurance)s, %(coverage_from)s, %(last_year)s (first day of last year's coverage),
--        %(path)s; %(registering)s: whether the file registers people, %(campaign_id)s in which
-- Out:   temp tables people_homes (households the file names) and people_judged (what becomes of
--        each row: outcome new, changed, known or rejected; new people and households have ids)
-- Grain: people_judged one row per row of the file; people_homes one per village and number
-- Index: a_number_has_one_holder, household_numbers_are_unique_in_a_village,
--        enrolled_once_in_a_period, one_live_registration_per_person_and_period
-- Lock:  none; runs again with people_write.sql where a desk was quicker
drop table if exists people_located, people_repeats, people_later, people_homes, people_judged;

create temp table people_located on commit drop as
select staged.line, places.village_id, schools.school_id, identity.resident_id,
       coalesce(int8send(identity.resident_id), convert_to(staged.kind, 'UTF8') || staged.number)
           as person,
       coalesce(staged.problem, places.problem, schools.problem, refused.problem,
                case when staged.category = '' and identity.resident_id is null
                     then 'category_unclear'
                     when elsewhere.id is not null then 'registered_elsewhere' end) as problem,
       coalesce(staged.detail, places.detail,
                case when schools.problem is not null then staged.school end, refused.detail,
                place.name || ', ' || (elsewhere.registered_at at time zone 'Asia/Shanghai')::date)
           as detail
from people_staged staged
left join people_places places
    on places.township = staged.township and places.village = staged.village
left join people_schools schools
    on schools.township = staged.township and schools.school = staged.school
left join people_refused refused on refused.line = staged.line
left join enrollment_identity identity
    on identity.kind = staged.kind and identity.number = staged.number
-- Whoever is registered elsewhere is rejected before anything about them is changed.
left join enrollment_registration elsewhere
    on %(registering)s and elsewhere.resident_id = identity.resident_id
   and elsewhere.insurance = %(insurance)s and elsewhere.coverage_from = %(coverage_from)s
   and elsewhere.ended_at is null and elsewhere.campaign_id <> %(campaign_id)s
left join enrollment_campaign campaign on campaign.id = elsewhere.campaign_id
left join enrollment_region place on place.id = campaign.region_id;
analyze people_located;

-- One person in several good rows: the first stays, a later one that says the same is known.
create temp table people_repeats on commit drop as
select person, min(line) as first_line
from people_located
where problem is null
group by person
having count(*) > 1;
analyze people_repeats;

create temp table people_later on commit drop as
select located.line, repeats.first_line,
       (located.village_id, this.group_no, this.household_no, this.head_name, this.relation,
        this.name_key, this.category, this.last_year, this.school, this.phone, this.registered_at, this.tier,
        this.residence)
       is not distinct from
       (first.village_id, that.group_no, that.household_no, that.head_name, that.relation,
        that.name_key, that.category, that.last_year, that.school, that.phone, that.registered_at, that.tier,
        that.residence)
       as same
from people_repeats repeats
join people_located located using (person)
join people_staged this on this.line = located.line
join people_located first on first.line = repeats.first_line
join people_staged that on that.line = repeats.first_line
where located.line > repeats.first_line and located.problem is null;
analyze people_later;

-- The first row of a household that names its head tells its facts; an empty cell tells nothing.
create temp table people_homes on commit drop as
select named.village_id, named.number, named.head_name, named.group_no,
       home.id is null as new,
       coalesce(home.id, nextval('enrollment_household_id_seq')) as id,
       home.id is not null
       and (coalesce(nullif(named.head_name, ''), home.head_name) <> home.head_name
            or coalesce(nullif(named.group_no, ''), home.group_no) <> home.group_no) as changed
from (
    select distinct on (located.village_id, staged.household_no)
           located.village_id, staged.household_no as number, staged.head_name, staged.group_no
    from people_located located
    join people_staged staged using (line)
    left join people_later later using (line)
    where located.problem is null and later.line is null and staged.household_no <> ''
    order by located.village_id, staged.household_no, staged.head_name = '', located.line
) as named
left join enrollment_household home
    on home.village_id = named.village_id and home.number = named.number;
analyze people_homes;

create temp table people_judged on commit drop as
select line, village_id, school_id, home_id, outcome, problem, detail, later, renamed, moved_here,
       case when outcome = 'new'
            then nextval('enrollment_resident_id_seq')
            else resident_id end as resident_id
from (
    select located.line, located.village_id, located.school_id, located.resident_id,
           home.id as home_id,
           later.line is not null as later,
           coalesce(located.problem, case when not later.same then 'repeated' end) as problem,
           coalesce(located.detail, later.first_line::text) as detail,
           coalesce(resident.name_key <> staged.name_key, false) as renamed,
           coalesce(village.path not like %(path)s || '%%', false) as moved_here,
           case when located.problem is not null or not later.same then 'rejected'
                when later.same then 'known'
                when resident.id is null then 'new'
                when resident.village_id <> located.village_id
                  or resident.name_key <> staged.name_key
                  or (not staged.derived and resident.category <> staged.category)
                  or (staged.relation <> '' and resident.relation <> staged.relation)
                  or (staged.phone is not null and resident.phone is distinct from staged.phone)
                  or (staged.household_no <> ''
                      and (home.changed or resident.household_id is distinct from home.id))
                  or (staged.school is not null
                      and resident.school_id is distinct from located.school_id)
                  or (staged.residence is not null and resident.residence <> staged.residence)
                  or (staged.last_year and prior.id is null)
                then 'changed'
                else 'known' end as outcome
    from people_located located
    join people_staged staged using (line)
    left join people_later later using (line)
    left join people_homes home
        on home.village_id = located.village_id and home.number = staged.household_no
    left join enrollment_resident resident on resident.id = located.resident_id
    left join enrollment_region village on village.id = resident.village_id
    left join enrollment_priorenrollment prior
        on prior.resident_id = located.resident_id
       and prior.insurance = %(insurance)s and prior.coverage_from = %(last_year)s
    -- A village's people lie together, in the order in which lists show them.
    order by located.village_id, staged.pinyin, located.line
) as judged;
analyze people_judged;
