-- How many are registered and enrolled in each counting unit at an instant, from the facts.
-- In:    %(campaign)s, %(at)s
-- Out:   unit_id, registered, enrolled
-- Grain: counting unit
-- Index: payments_match.matches_to_be_followed; registrations and matches are read whole
-- Lock:  none
with others as (
    select registration_id,
           sum(fen) filter (where part = 'own') as own_fen,
           sum(fen) filter (where part = 'on_behalf') as on_behalf_fen
    from payments_match
    where campaign_id = %(campaign)s and at <= %(at)s
      and (ended_at > %(at)s or (ended_at is null and not alone))
    group by 1
)
select r.unit_id,
       count(*) as registered,
       count(*) filter (
           where r.own_fen <= coalesce(own.fen, 0) + coalesce(others.own_fen, 0)
             and r.on_behalf_fen <= coalesce(behalf.fen, 0) + coalesce(others.on_behalf_fen, 0)
       ) as enrolled
from enrollment_registration r
left join payments_match own
       on own.registration_id = r.id and own.part = 'own' and own.ended_at is null and own.alone
      and own.at <= %(at)s
left join payments_match behalf
       on behalf.registration_id = r.id and behalf.part = 'on_behalf' and behalf.ended_at is null
      and behalf.alone and behalf.at <= %(at)s
left join others on others.registration_id = r.id
where r.campaign_id = %(campaign)s
  and r.registered_at <= %(at)s
  and (r.ended_at is null or r.ended_at > %(at)s)
group by 1
