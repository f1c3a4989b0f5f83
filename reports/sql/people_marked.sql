-- A page of the people with a hardship mark at an instant, those of a state and reason.
-- In:    %(campaign)s, %(insurance)s, %(coverage_from)s, %(at)s, %(units)s: bigint[] in the order of
--        the list; %(household)s: keys of the categories that mark the whole household; %(excused)s:
--        reasons that take out of 应参 once they are confirmed; %(category)s: only with this mark,
--        or '' for any; %(state)s: marked (all), should (all but excused), enrolled, missed (neither
--        enrolled nor excused), excused, or open (not enrolled); %(reason)s: '' any, 'none' nothing
--        said and no list suggests one, 'hint' only a list does, or 'hint:' and that list's kind,
--        'said' any, 'waiting' one that would excuse and is not confirmed, else this one said;
--        %(pinyin)s, %(resident)s: begin behind this person of the first unit, or null; %(limit)s,
--        or null for all
-- Out:   resident_id, unit_id (of the registration, else the village), name, born_on, category,
--        head4, last4, group_no, household number, relation, registered_at, own_fen,
--        on_behalf_fen, hardship (first category), whether enrolled (if not registered: the period
--        before); then enrolled, categories text[], those of them held only through the household
--        text[], head_name, phone (sealed), reason, note, said_at, said_by, excused, waiting,
--        approved_by, hint, hint_since, hint_source
-- Grain: resident; units in their order, people by pinyin
-- Index: residents_of_a_village and registrations_of_a_unit, then their marks: ask for a few units
-- Lock:  none
with here as materialized (
    select id as resident_id, household_id from enrollment_resident
    where village_id = any(%(units)s::bigint[])
), near as materialized (
    -- Whoever lives there, or lives elsewhere and is registered there.
    select resident_id, household_id from here
    union
    select r.resident_id, person.household_id
    from enrollment_registration r
    cross join lateral (
        select household_id from enrollment_resident where id = r.resident_id offset 0) person
    where r.campaign_id = %(campaign)s and r.unit_id = any(%(units)s::bigint[])
      and r.resident_id not in (select resident_id from here)
), own as not materialized (
    select resident_id, category::text as category
    from subsidies_entitlement
    where campaign_id = %(campaign)s
      and recognised_on <= (%(at)s at time zone 'Asia/Shanghai')::date
      and (ended_at is null or ended_at > %(at)s)
), held as (
    select near.resident_id, own.category, true as itself from near join own using (resident_id)
    union all
    select near.resident_id, own.category, false
    from (select distinct household_id from near where household_id is not null) home
    join enrollment_resident bearer using (household_id)
    join own on own.resident_id = bearer.id
    join near on near.household_id = bearer.household_id and near.resident_id <> bearer.id
    where cardinality(%(household)s::text[]) > 0 and own.category = any(%(household)s::text[])
), mark as materialized (
    select resident_id, array_agg(distinct category order by category) as categories,
           array_agg(distinct category) filter (where itself) as itself
    from held
    group by resident_id
    having %(category)s = '' or bool_or(category = %(category)s)
), person as materialized (
    select mark.resident_id, mark.categories, mark.itself, unit.id as unit_id, unit.ord, p.name,
           p.pinyin, p.born_on, coalesce(r.category, p.category) as category, p.relation,
           p.household_id, p.phone, r.id as registration_id, r.registered_at, r.own_fen,
           r.on_behalf_fen,
           r.id is not null and r.own_fen <= met.own_fen and r.on_behalf_fen <= met.on_behalf_fen
               as enrolled
    from mark
    join enrollment_resident p on p.id = mark.resident_id
    left join enrollment_registration r
           on r.resident_id = p.id and r.campaign_id = %(campaign)s
          and r.registered_at <= %(at)s and (r.ended_at is null or r.ended_at > %(at)s)
    join unnest(%(units)s::bigint[]) with ordinality as unit (id, ord)
      on unit.id = coalesce(r.unit_id, p.village_id)
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
    where unit.ord > 1 or %(resident)s::bigint is null
       or (p.pinyin, p.id) > (%(pinyin)s, %(resident)s::bigint)
), told as (
    select person.*, list.kinds, list.sinces[1] as hint_since, list.sources[1] as hint_source,
           proof.id is not null as proven, coalesce(n.approved_at <= %(at)s, false) as approved,
           case when proof.id is null then n.reason else 'elsewhere' end as reason,
           case when proof.id is null then n.note else proof.place end as note,
           case when proof.id is null then n.at else proof.entered_at end as said_at,
           case when proof.id is null then n.by_id else proof.entered_by_id end as by_id,
           case when proof.id is null then n.approved_by_id else proof.decided_by_id end
               as approved_by_id
    from person
    left join enrollment_notenrolling n
           on n.campaign_id = %(campaign)s and n.resident_id = person.resident_id
          and n.at <= %(at)s and (n.ended_at is null or n.ended_at > %(at)s)
          and not person.enrolled
    left join subsidies_elsewhereproof proof
           on proof.campaign_id = %(campaign)s and proof.resident_id = person.resident_id
          and proof.decided_at <= %(at)s and not person.enrolled
          and (proof.state = 'approved' or proof.state = 'withdrawn' and proof.withdrawn_at > %(at)s)
    left join lateral (
        select array_agg(found.kind order by weight) as kinds,
               array_agg(found.since order by weight) as sinces,
               array_agg(found.source order by weight) as sources
        from (
            select kind::text, since, source::text from subsidies_listing
            where campaign_id = %(campaign)s and resident_id = person.resident_id
              and kind <> 'newborn' and known_at <= %(at)s
              and (ended_at is null or ended_at > %(at)s)
            union all
            select 'elsewhere', r.registered_at::date, ''
            from enrollment_registration r
            where r.resident_id = person.resident_id and r.insurance = %(insurance)s
              and r.coverage_from = %(coverage_from)s and r.ended_at is null
              and r.campaign_id <> %(campaign)s
        ) found
        cross join lateral array_position(
            array['dead', 'employee', 'elsewhere', 'army', 'prison'], found.kind) as weight
        where not person.enrolled
    ) list on true
), state as (
    select told.*, kinds[1] as hint,
           coalesce(reason = any(%(excused)s::text[]), false) as would_excuse,
           proven or approved or coalesce(reason = any(kinds), false) as confirmed
    from told
), page as (
    select state.*, would_excuse and confirmed as excused, would_excuse and not confirmed as waiting
    from state
    where case %(state)s
              when 'enrolled' then enrolled
              when 'should' then not (would_excuse and confirmed)
              when 'missed' then not enrolled and not (would_excuse and confirmed)
              when 'excused' then would_excuse and confirmed
              when 'open' then not enrolled
              else true
          end
      and case %(reason)s
              when '' then true
              when 'none' then not enrolled and reason is null and hint is null
              when 'hint' then reason is null and hint is not null
              when 'said' then reason is not null
              when 'waiting' then would_excuse and not confirmed
              else reason = %(reason)s or reason is null and 'hint:' || hint = %(reason)s
          end
    order by ord, pinyin, resident_id
    limit %(limit)s
)
select page.resident_id, page.unit_id, page.name, page.born_on, page.category,
       paper.head4, paper.last4, home.group_no, home.number, page.relation,
       page.registered_at, page.own_fen, page.on_behalf_fen, page.categories[1],
       case when page.registration_id is null then prior.id is not null else page.enrolled end,
       page.enrolled, page.categories,
       array(select unnest(page.categories) except select unnest(page.itself)),
       home.head_name, page.phone,
       coalesce(page.reason, ''), coalesce(page.note, ''), page.said_at,
       coalesce(nullif(teller.full_name, ''), teller.username, ''), page.excused, page.waiting,
       coalesce(nullif(approver.full_name, ''), approver.username, ''),
       case when page.reason is null then coalesce(page.hint, '') else '' end,
       page.hint_since, coalesce(page.hint_source, '')
from page
left join enrollment_identity paper on paper.resident_id = page.resident_id and paper.current
left join enrollment_household home on home.id = page.household_id
left join enrollment_user teller on teller.id = page.by_id
left join enrollment_user approver on approver.id = page.approved_by_id
left join enrollment_priorenrollment prior
       on prior.resident_id = page.resident_id and prior.insurance = %(insurance)s
      and prior.coverage_from = (%(coverage_from)s::date - interval '1 year')::date
order by page.ord, page.pinyin, page.resident_id
