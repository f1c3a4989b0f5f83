-- A page of the people with a hardship mark at an instant, those of a state and reason.
-- In:    %(campaign)s, %(insurance)s, %(coverage_from)s, %(at)s, %(units)s: bigint[] in the order of
--        the list; %(category)s: only with this mark, or '' for any; %(state)s: should (all but
--        those whose said reason is of %(excused)s), enrolled, missed (not enrolled, nor excused),
--        excused, or marked (all) or open (not enrolled); %(reason)s: '' any, 'none' nothing said
--        and no list suggests one, 'hint' only a list does, else this one said;
--        %(pinyin)s, %(resident)s: begin behind this person of the first unit, or null; %(limit)s,
--        or null for all
-- Out:   resident_id, unit_id (of the registration, else the village), name, born_on, category,
--        head4, last4, group_no, household number, relation, registered_at, own_fen,
--        on_behalf_fen, hardship (first category), whether enrolled (if not registered: the period
--        before); then enrolled, categories text[], head_name, phone (sealed), reason, note,
--        said_at, said_by, hint, hint_since, hint_source
-- Grain: resident; units in their order, people by pinyin
-- Index: marked_once_with_a_category: the marks of the campaign are read, then their people
-- Lock:  none
with mark as materialized (
    select resident_id, array_agg(distinct category::text order by category::text) as categories
    from subsidies_entitlement
    where campaign_id = %(campaign)s
      and recognised_on <= (%(at)s at time zone 'Asia/Shanghai')::date
      and (ended_at is null or ended_at > %(at)s)
    group by resident_id
), person as materialized (
    select mark.resident_id, mark.categories, unit.id as unit_id, unit.ord, p.name, p.pinyin,
           p.born_on, coalesce(r.category, p.category) as category, p.relation, p.household_id,
           p.phone, r.id as registration_id, r.registered_at, r.own_fen, r.on_behalf_fen,
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
        select coalesce(sum(m.fen) filter (where m.part = 'own'), 0) as own_fen,
               coalesce(sum(m.fen) filter (where m.part = 'on_behalf'), 0) as on_behalf_fen
        from payments_match m
        where m.registration_id = r.id and m.at <= %(at)s
          and (m.ended_at is null or m.ended_at > %(at)s)
    ) met
    where (%(category)s = '' or %(category)s = any(mark.categories))
      and (unit.ord > 1 or %(resident)s::bigint is null
           or (p.pinyin, p.id) > (%(pinyin)s, %(resident)s::bigint))
), page as (
    select person.*, n.reason, n.note, n.at as said_at, n.by_id,
           list.kind as hint, list.since as hint_since, list.source as hint_source
    from person
    left join enrollment_notenrolling n
           on n.campaign_id = %(campaign)s and n.resident_id = person.resident_id
          and n.at <= %(at)s and (n.ended_at is null or n.ended_at > %(at)s)
          and not person.enrolled
    left join lateral (
        select found.kind, found.since, found.source
        from (
            select kind, since, source from subsidies_listing
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
        where not person.enrolled and n.id is null
        order by array_position(array['dead', 'employee', 'elsewhere', 'army', 'prison'],
                                found.kind::text)
        limit 1
    ) list on true
    where case %(state)s
              when 'enrolled' then person.enrolled
              when 'should' then not coalesce(n.reason = any(%(excused)s::text[]), false)
              when 'missed' then not person.enrolled
                                 and not coalesce(n.reason = any(%(excused)s::text[]), false)
              when 'excused' then coalesce(n.reason = any(%(excused)s::text[]), false)
              when 'open' then not person.enrolled
              else true
          end
      and case %(reason)s
              when '' then true
              when 'none' then not person.enrolled and n.id is null and list.kind is null
              when 'hint' then n.id is null and list.kind is not null
              else coalesce(n.reason = %(reason)s, false)
          end
    order by person.ord, person.pinyin, person.resident_id
    limit %(limit)s
)
select page.resident_id, page.unit_id, page.name, page.born_on, page.category,
       paper.head4, paper.last4, home.group_no, home.number, page.relation,
       page.registered_at, page.own_fen, page.on_behalf_fen, page.categories[1],
       case when page.registration_id is null then prior.id is not null else page.enrolled end,
       page.enrolled, page.categories, home.head_name, page.phone,
       coalesce(page.reason, ''), coalesce(page.note, ''), page.said_at,
       coalesce(nullif(teller.full_name, ''), teller.username, ''),
       coalesce(page.hint, ''), page.hint_since, coalesce(page.hint_source, '')
from page
left join enrollment_identity paper on paper.resident_id = page.resident_id and paper.current
left join enrollment_household home on home.id = page.household_id
left join enrollment_user teller on teller.id = page.by_id
left join enrollment_priorenrollment prior
       on prior.resident_id = page.resident_id and prior.insurance = %(insurance)s
      and prior.coverage_from = (%(coverage_from)s::date - interval '1 year')::date
order by page.ord, page.pinyin, page.resident_id
