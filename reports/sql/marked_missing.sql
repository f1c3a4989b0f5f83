-- People with a hardship mark at an instant who are not enrolled then, by place.
-- In:    %(campaign)s, %(at)s
-- Out:   unit_id (of the registration, else the person's village), people
-- Grain: counting unit
-- Index: marked_once_with_a_category; registrations and matches of marked people only
-- Lock:  none
with mark as (
    select distinct resident_id from subsidies_entitlement
    where campaign_id = %(campaign)s
      and recognised_on <= (%(at)s at time zone 'Asia/Shanghai')::date
      and (ended_at is null or ended_at > %(at)s)
), standing as (
    select mark.resident_id, r.unit_id,
           r.own_fen <= coalesce(sum(m.fen) filter (where m.part = 'own'), 0)
           and r.on_behalf_fen <= coalesce(sum(m.fen) filter (where m.part = 'on_behalf'), 0)
               as enrolled
    from mark
    join enrollment_registration r
      on r.resident_id = mark.resident_id and r.campaign_id = %(campaign)s
     and r.registered_at <= %(at)s and (r.ended_at is null or r.ended_at > %(at)s)
    left join payments_match m
      on m.registration_id = r.id and m.at <= %(at)s
     and (m.ended_at is null or m.ended_at > %(at)s)
    group by mark.resident_id, r.id
)
select coalesce(standing.unit_id, person.village_id) as unit_id, count(*) as people
from mark
join enrollment_resident person on person.id = mark.resident_id
left join standing on standing.resident_id = mark.resident_id
where standing.enrolled is not true
group by 1
