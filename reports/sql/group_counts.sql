-- People of a group by place, and those of them who are enrolled at an instant.
-- In:    %(campaign)s, its %(top)s region; %(group)s: hardship, students (%(categories)s) or
--        newborns (born from %(born_from)s to %(on)s; of %(newborn)s where no birth date is known);
--        %(household)s: keys of the categories that mark the whole household; %(at)s
-- Out:   path, people, enrolled
-- Grain: counting unit of the registration, else the village where the person lives
-- Index: residents are read whole for students and newborns; marks for hardship
-- Lock:  none
with top as (
    select path from enrollment_region where id = %(top)s
), low as materialized (
    select region.id, region.path
    from enrollment_region region join top on starts_with(region.path, top.path)
), wanted as materialized (
    select id, village_id from enrollment_resident
    where (%(group)s = 'students' and category = any(%(categories)s))
       or (%(group)s = 'newborns' and (born_on between %(born_from)s and %(on)s
                                       or (born_on is null and category = %(newborn)s)))
       or (%(group)s = 'hardship' and (
               id in (select resident_id from subsidies_entitlement
                      where campaign_id = %(campaign)s and ended_at is null)
               or household_id in (
                   select bearer.household_id
                   from subsidies_entitlement mark
                   join enrollment_resident bearer on bearer.id = mark.resident_id
                   where mark.campaign_id = %(campaign)s and mark.ended_at is null
                     and mark.category = any(%(household)s::text[])
                     and bearer.household_id is not null)))
), standing as (
    select r.resident_id, r.unit_id,
           r.own_fen <= coalesce(sum(m.fen) filter (where m.part = 'own'), 0)
           and r.on_behalf_fen
               <= coalesce(sum(m.fen) filter (where m.part = 'on_behalf'), 0) as enrolled
    from wanted
    join enrollment_registration r
      on r.resident_id = wanted.id and r.campaign_id = %(campaign)s
     and r.ended_at is null and r.registered_at <= %(at)s
    left join payments_match m
      on m.registration_id = r.id and m.ended_at is null and m.at <= %(at)s
    group by r.id
)
select low.path, count(*), count(*) filter (where standing.enrolled)
from wanted
left join standing on standing.resident_id = wanted.id
join low on low.id = coalesce(standing.unit_id, wanted.village_id)
group by low.path
