-- People with a hardship mark at an instant: how many, who is enrolled then, and why others are not.
-- In:    %(campaign)s, %(at)s, %(insurance)s, %(coverage_from)s; %(path)s: of the region asked about
-- Out:   unit_id (of the registration, else the person's village), category ('' = each person once,
--        whatever their categories), enrolled, reason (said; '' if none, or enrolled), hint (what
--        lists suggest where nobody has said a reason; ''), people
-- Grain: counting unit, category, state
-- Index: marked_once_with_a_category; registrations and matches of marked people only
-- Lock:  none
with mark as materialized (
    select resident_id, array_append(array_agg(distinct category::text), '') as categories
    from subsidies_entitlement
    where campaign_id = %(campaign)s
      and recognised_on <= (%(at)s at time zone 'Asia/Shanghai')::date
      and (ended_at is null or ended_at > %(at)s)
    group by resident_id
), standing as materialized (
    select r.resident_id, r.unit_id,
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
    group by r.id
), person as materialized (
    select mark.resident_id, mark.categories, unit.id as unit_id,
           coalesce(standing.enrolled, false) as enrolled
    from mark
    join enrollment_resident p on p.id = mark.resident_id
    left join standing on standing.resident_id = mark.resident_id
    join enrollment_region unit
      on unit.id = coalesce(standing.unit_id, p.village_id) and starts_with(unit.path, %(path)s)
), said as (
    select person.resident_id, n.reason
    from person
    join enrollment_notenrolling n
      on n.campaign_id = %(campaign)s and n.resident_id = person.resident_id
     and n.at <= %(at)s and (n.ended_at is null or n.ended_at > %(at)s)
    where not person.enrolled
), listed as (
    -- Of several lists the weightiest: who is dead needs no other reason.
    select distinct on (person.resident_id) person.resident_id, other.kind
    from person
    join (
        select resident_id, kind from subsidies_listing
        where campaign_id = %(campaign)s and kind <> 'newborn'
          and known_at <= %(at)s and (ended_at is null or ended_at > %(at)s)
        union all
        select r.resident_id, 'elsewhere' from person
        join enrollment_registration r
          on r.resident_id = person.resident_id and r.insurance = %(insurance)s
         and r.coverage_from = %(coverage_from)s and r.ended_at is null
         and r.campaign_id <> %(campaign)s
    ) other on other.resident_id = person.resident_id
    where not person.enrolled
    order by person.resident_id,
             array_position(array['dead', 'employee', 'elsewhere', 'army', 'prison'], other.kind::text)
)
select person.unit_id, category, person.enrolled, coalesce(said.reason, '') as reason,
       case when said.reason is null then coalesce(listed.kind, '') else '' end as hint,
       count(*) as people
from person
left join said on said.resident_id = person.resident_id
left join listed on listed.resident_id = person.resident_id
cross join lateral unnest(person.categories) as category
group by 1, 2, 3, 4, 5
