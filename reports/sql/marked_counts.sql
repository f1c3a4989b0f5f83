-- People with a hardship mark at an instant: how many, who is enrolled then, and why others are not.
-- In:    %(campaign)s, %(at)s, %(insurance)s, %(coverage_from)s; %(units)s: bigint[] of the region
--        asked about and all below it, %(whole)s: whether that is the campaign's own;
--        %(household)s: keys of the categories that mark the whole household; %(excused)s: reasons
--        that take out of 应参 once they are confirmed
-- Out:   unit_id (of the registration, else the person's village), category ('' = each person once,
--        whatever their categories), enrolled, excused, waiting (the reason would excuse, and nobody
--        has confirmed it), reason (said; '' if none, or enrolled), hint (what lists suggest where
--        nobody has said a reason; ''), people
-- Grain: counting unit, category, state
-- Index: of the whole the marks are read, then their people; of a part its people, by
--        residents_of_a_village and registrations_of_a_unit, then their marks
-- Lock:  none
with here as materialized (
    select id as resident_id, household_id from enrollment_resident
    where not %(whole)s and village_id = any(%(units)s::bigint[])
), near as materialized (
    -- Of a part: whoever lives there, or lives elsewhere and is registered there.
    select resident_id, household_id from here
    union
    select r.resident_id, person.household_id
    from enrollment_registration r
    cross join lateral (
        select household_id from enrollment_resident where id = r.resident_id offset 0) person
    where not %(whole)s and r.campaign_id = %(campaign)s and r.unit_id = any(%(units)s::bigint[])
      and r.resident_id not in (select resident_id from here)
), own as materialized (
    select resident_id, category::text as category
    from subsidies_entitlement
    where campaign_id = %(campaign)s
      and recognised_on <= (%(at)s at time zone 'Asia/Shanghai')::date
      and (ended_at is null or ended_at > %(at)s)
), held as (
    select resident_id, category from own where %(whole)s
    union all
    select member.id, own.category
    from own
    join enrollment_resident bearer on bearer.id = own.resident_id
    join enrollment_resident member
      on member.household_id = bearer.household_id and member.id <> bearer.id
    where %(whole)s and own.category = any(%(household)s::text[])
    union all
    select near.resident_id, own.category from near join own using (resident_id)
    union all
    select near.resident_id, own.category
    from (select distinct household_id from near where household_id is not null) home
    join enrollment_resident bearer using (household_id)
    join own on own.resident_id = bearer.id
    join near on near.household_id = bearer.household_id and near.resident_id <> bearer.id
    where cardinality(%(household)s::text[]) > 0 and own.category = any(%(household)s::text[])
), mark as materialized (
    select resident_id, array_append(array_agg(distinct category), '') as categories
    from held
    group by resident_id
), person as materialized (
    select mark.resident_id, mark.categories, coalesce(r.unit_id, p.village_id) as unit_id,
           r.id is not null and r.own_fen <= met.own_fen and r.on_behalf_fen <= met.on_behalf_fen
               as enrolled
    from mark
    join enrollment_resident p on p.id = mark.resident_id
    left join enrollment_registration r
      on r.resident_id = mark.resident_id and r.campaign_id = %(campaign)s
     and r.registered_at <= %(at)s and (r.ended_at is null or r.ended_at > %(at)s)
    cross join lateral (
        -- `offset 0` keeps each look-up on its index.
        select coalesce(sum(found.fen) filter (where found.part = 'own'), 0) as own_fen,
               coalesce(sum(found.fen) filter (where found.part = 'on_behalf'), 0) as on_behalf_fen
        from (
            (select part, fen from payments_match m
             where m.registration_id = r.id and m.ended_at is null and m.alone
               and m.at <= %(at)s offset 0)
            union all
            (select part, fen from payments_match m
             where m.registration_id = r.id and (m.ended_at is not null or not m.alone)
               and m.at <= %(at)s and (m.ended_at is null or m.ended_at > %(at)s) offset 0)
        ) found
    ) met
    where coalesce(r.unit_id, p.village_id) = any(%(units)s::bigint[])
), listed as materialized (
    -- Of several lists the weightiest: who is dead needs no other reason.
    select person.resident_id,
           array_agg(other.kind order by array_position(
               array['dead', 'employee', 'elsewhere', 'army', 'prison'], other.kind)) as kinds
    from person
    join (
        select resident_id, kind::text from subsidies_listing
        where campaign_id = %(campaign)s and kind <> 'newborn'
          and known_at <= %(at)s and (ended_at is null or ended_at > %(at)s)
        union all
        select r.resident_id, 'elsewhere' from person
        join enrollment_registration r
          on r.resident_id = person.resident_id and r.insurance = %(insurance)s
         and r.coverage_from = %(coverage_from)s and r.ended_at is null
         and r.campaign_id <> %(campaign)s
        where not person.enrolled
    ) other on other.resident_id = person.resident_id
    where not person.enrolled
    group by 1
), proof as (
    -- Paid for elsewhere, as two people have seen: that needs no other word.
    select resident_id from subsidies_elsewhereproof
    where campaign_id = %(campaign)s and decided_at <= %(at)s
      and (state = 'approved' or state = 'withdrawn' and withdrawn_at > %(at)s)
), told as (
    select person.unit_id, person.categories, person.enrolled, listed.kinds,
           proof.resident_id is not null as proven, coalesce(n.approved_at <= %(at)s, false) as approved,
           case when proof.resident_id is null then n.reason else 'elsewhere' end as reason
    from person
    left join listed on listed.resident_id = person.resident_id
    left join enrollment_notenrolling n
      on n.campaign_id = %(campaign)s and n.resident_id = person.resident_id
     and n.at <= %(at)s and (n.ended_at is null or n.ended_at > %(at)s)
     and not person.enrolled
    left join proof on proof.resident_id = person.resident_id and not person.enrolled
), state as (
    select unit_id, categories, enrolled, reason, kinds[1] as hint,
           coalesce(reason = any(%(excused)s::text[]), false) as would_excuse,
           proven or approved or coalesce(reason = any(kinds), false) as confirmed
    from told
)
select unit_id, category, enrolled, would_excuse and confirmed as excused,
       would_excuse and not confirmed as waiting, coalesce(reason, '') as reason,
       case when reason is null then coalesce(hint, '') else '' end as hint, count(*) as people
from state
cross join lateral unnest(categories) as category
group by 1, 2, 3, 4, 5, 6, 7
