-- People with a hardship mark at an instant who are not enrolled then, by place.
-- In:    %(campaign)s, %(at)s
-- Out:   unit_id (of the registration, else the person's village), people
-- Grain: counting unit
-- Index: a marked person's registration by enrollment_registration (resident_id), its matches by
--        registration: by lateral look-ups, which stay quick also before the planner has statistics
-- Lock:  none
select coalesce(standing.unit_id, person.village_id) as unit_id, count(*) as people
from (
    select distinct resident_id from subsidies_entitlement
    where campaign_id = %(campaign)s
      and recognised_on <= (%(at)s at time zone 'Asia/Shanghai')::date
      and (ended_at is null or ended_at > %(at)s)
) as mark
join enrollment_resident person on person.id = mark.resident_id
left join lateral (
    select r.unit_id, r.own_fen <= paid.own and r.on_behalf_fen <= paid.on_behalf as enrolled
    from enrollment_registration r
    cross join lateral (
        select coalesce(sum(m.fen) filter (where m.part = 'own'), 0) as own,
               coalesce(sum(m.fen) filter (where m.part = 'on_behalf'), 0) as on_behalf
        from payments_match m
        where m.registration_id = r.id and m.at <= %(at)s
          and (m.ended_at is null or m.ended_at > %(at)s)
    ) paid
    where r.resident_id = mark.resident_id and r.campaign_id = %(campaign)s
      and r.registered_at <= %(at)s and (r.ended_at is null or r.ended_at > %(at)s)
    order by r.registered_at desc
    limit 1
) standing on true
where standing.enrolled is not true
group by 1
