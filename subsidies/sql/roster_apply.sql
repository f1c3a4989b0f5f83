-- In:    roster_judged, roster_staged, roster_people, roster_ended; %(campaign_id)s, %(file_id)s,
--        %(now)s, %(by_id)s, %(as_of)s, %(source)s (one %%s takes the
--        row), %(changed)s and %(absent)s (why a mark ends)
-- Out:   residents and identities of people nobody knew; marks and lists, new and ended
-- Grain: one mark per person and category; one list entry per person and kind
-- Index: every index of these tables grows; a unique violation means that somebody was quicker
-- Lock:  row locks on the marks that end
insert into enrollment_resident
    (id, name, name_key, pinyin, sex, born_on, category, village_id, household_id, school_id,
     relation, phone, note, known_at)
select people.resident_id, staged.name, staged.name_key, staged.pinyin, staged.sex,
       staged.born_on, staged.by_age, people.village_id, null, null,
       staged.relation, staged.phone, '', %(now)s
from roster_people people
join roster_staged staged using (position)
order by people.resident_id;

insert into enrollment_identity
    (resident_id, kind, number, head4, last4, head, current, known_at)
select people.resident_id, staged.kind, staged.number, staged.head4, staged.last4, staged.head,
       true, %(now)s
from roster_people people
join roster_staged staged using (position)
order by people.resident_id;

update subsidies_entitlement mark
set ended_at = %(now)s, ended_by_file_id = %(file_id)s,
    ended_why = case when judged.outcome = 'changed' then %(changed)s else %(absent)s end
from (
    select standing_id as id, outcome from roster_judged
    where outcome = 'changed' and category not like 'list:%%'
    union all
    select id, 'ended' from roster_ended where kind = 'mark'
) as judged
where mark.id = judged.id;

update subsidies_listing listing
set ended_at = %(now)s, ended_by_file_id = %(file_id)s,
    ended_why = case when judged.outcome = 'changed' then %(changed)s else %(absent)s end
from (
    select standing_id as id, outcome from roster_judged
    where outcome = 'changed' and category like 'list:%%'
    union all
    select id, 'ended' from roster_ended where kind = 'list'
) as judged
where listing.id = judged.id;

create temp table roster_marked on commit drop as
select coalesce(judged.resident_id, people.resident_id) as resident_id, judged.category,
       case when judged.grade <> '' then judged.grade else coalesce(judged.former_grade, '') end
           as grade,
       coalesce(staged.recognised_on, judged.former_day,
                case when judged.category = 'list:newborn' then staged.born_on end, %(as_of)s)
           as day,
       format(%(source)s, coalesce(nullif(staged.sheet, '') || ' ', '') || staged.line) as source,
       staged.account
from roster_judged judged
join roster_staged staged using (position)
left join roster_people people on people.person = judged.person
where judged.outcome in ('new', 'changed');

insert into subsidies_entitlement
    (campaign_id, resident_id, category, grade, recognised_on, source, file_id, account, known_at,
     marked_by_id, ended_why)
select %(campaign_id)s, resident_id, category, grade, day, left(source, 240), %(file_id)s, account,
       %(now)s, %(by_id)s, ''
from roster_marked where category not like 'list:%%'
order by resident_id;

insert into subsidies_listing
    (campaign_id, resident_id, kind, since, source, file_id, known_at, marked_by_id, ended_why)
select %(campaign_id)s, resident_id, substr(category, 6), day, left(source, 240), %(file_id)s,
       %(now)s, %(by_id)s, ''
from roster_marked where category like 'list:%%'
order by resident_id;
drop table roster_marked;
