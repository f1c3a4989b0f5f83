-- Registrations that the roll-ups have not heard of yet; the outbox tells which.
-- In:    %(campaign)s, %(regions)s: bigint[], %(day)s
-- Out:   region_id, registered (net), enrolled (net; those with nothing due), registered_today
-- Grain: region; one without a row has nothing pending
-- Index: enrollment_change.changes_to_consume
-- Lock:  none
select above.id,
       sum(change.sign)::int,
       coalesce(sum(change.sign) filter (where r.own_fen = 0 and r.on_behalf_fen = 0), 0)::int,
       coalesce(sum(change.sign) filter (
           where (r.registered_at at time zone 'Asia/Shanghai')::date = %(day)s), 0)::int
from (
    select resident_id, case kind when 'registered' then 1 else -1 end as sign
    from enrollment_change
    where subscriber = 'reports' and campaign_id = %(campaign)s and resident_id is not null
      and kind in ('registered', 'registration_ended')
) change
cross join lateral (
    select unit_id, own_fen, on_behalf_fen, registered_at from enrollment_registration
    where resident_id = change.resident_id and campaign_id = %(campaign)s
    order by id desc limit 1
) r
join enrollment_region unit on unit.id = r.unit_id
join enrollment_region above on starts_with(unit.path, above.path)
where above.id = any(%(regions)s)
group by 1
