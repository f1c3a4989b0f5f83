-- In:    payments_payment, payments_decision, enrollment_resident, enrollment_region;
--        %(campaign_id)s, %(now)s
-- Out:   payments_opencount of the campaign is written anew
-- Grain: one row per place and cause
-- Index: open_payments_by_cause, one_live_decision_of_a_payment, pk of enrollment_resident
-- Lock:  the rows of the campaign; the caller holds an advisory lock, so that one counts at a time
delete from payments_opencount where campaign_id = %(campaign_id)s;

insert into payments_opencount (campaign_id, place_id, cause, n, fen, oldest_at, counted_at)
select
    %(campaign_id)s,
    case when p.resident_id is null then p.township_id else v.parent_id end as place_id,
    p.cause,
    count(*),
    sum(p.open_fen),
    min(p.paid_at),
    %(now)s
from payments_payment p
left join enrollment_resident r on r.id = p.resident_id
left join enrollment_region v on v.id = r.village_id
where p.campaign_id = %(campaign_id)s
  and p.standing = 'open'
  and not exists (
      select 1
      from payments_decision d
      where d.payment_id = p.id and d.refused_at is null and d.ended_at is null
  )
group by 2, 3;
