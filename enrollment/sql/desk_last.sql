-- In:    %(user_id)s, %(campaign_id)s, %(now)s (a practice clock may stand before some), %(today)s
--        (00:00 of the day), %(limit)s, %(offset)s
-- Out:   the user's latest registrations at the desk, newest first, with what their row shows;
--        made and withdrawn: how many of today there are, the same in every row
-- Grain: one row per registration, at most %(limit)s
-- Index: my_last_registrations, one_current_identity
-- Lock:  none
with last as (
    select *
    from enrollment_registration
    where registered_by_id = %(user_id)s
      and campaign_id = %(campaign_id)s
      and source = 'desk'
      and known_at <= %(now)s
    order by known_at desc, id desc
    limit %(limit)s offset %(offset)s
), today as (
    select count(*) as made, count(ended_at) as withdrawn
    from enrollment_registration
    where registered_by_id = %(user_id)s
      and campaign_id = %(campaign_id)s
      and source = 'desk'
      and known_at between %(today)s and %(now)s
)
select last.id, last.known_at, last.ended_at is not null as ended,
       resident.name, paper.head4 || '****' || paper.last4 as masked_number,
       last.village_id, village.name as village,
       last.category, last.hardship, last.fee_fen, last.own_fen,
       resident.household_id, coalesce(household.head_name, '') as head_name,
       coalesce(household.group_no, '') as group_no,
       today.made, today.withdrawn
from last
cross join today
join enrollment_resident resident on resident.id = last.resident_id
join enrollment_region village on village.id = last.village_id
left join enrollment_household household on household.id = resident.household_id
left join enrollment_identity paper on paper.resident_id = last.resident_id and paper.current
order by last.known_at desc, last.id desc
