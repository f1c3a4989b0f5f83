-- Invariant 8: the roll-ups equal a recount, and every parent is the sum of its children.
-- In:    %(campaign_id)s; %(insurance)s, %(coverage_from)s; %(household)s: keys of the categories
--        that mark the whole household; %(excused)s: reasons that take out of 应参 once confirmed
-- Out:   region_id, what, rolled up, counted: only where they differ
-- Grain: region of the campaign
-- Index: none; registrations and matches are read whole
-- Lock:  none
--
-- Counted here the plain way, person by person at the instant the roll-ups stand at, and carried
-- up the tree by path; rollup.sql counts by day and differences, marked_counts.sql people by state.
with state as (
    select coalesce((select as_of from reports_rollupstate where campaign_id = %(campaign_id)s),
                    now()) as at
), settled as (
    select m.registration_id,
           sum(m.fen) filter (where m.part = 'own') as own_fen,
           sum(m.fen) filter (where m.part = 'on_behalf') as on_behalf_fen,
           sum(m.fen) as fen
    from payments_match m, state
    where m.campaign_id = %(campaign_id)s and m.at <= state.at
      and (m.ended_at is null or m.ended_at > state.at)
    group by 1
), counted_unit as (
    select r.unit_id, count(*) as registered,
           count(*) filter (where coalesce(s.own_fen, 0) >= r.own_fen
                              and coalesce(s.on_behalf_fen, 0) >= r.on_behalf_fen) as enrolled
    from state, enrollment_registration r
    left join settled s on s.registration_id = r.id
    where r.campaign_id = %(campaign_id)s and r.registered_at <= state.at
      and (r.ended_at is null or r.ended_at > state.at)
    group by 1
), counted as (
    select above.id as region_id, sum(c.registered) as registered, sum(c.enrolled) as enrolled
    from counted_unit c
    join enrollment_region unit on unit.id = c.unit_id
    join enrollment_campaign campaign on campaign.id = %(campaign_id)s
    join enrollment_region top on top.id = campaign.region_id
    join enrollment_region above
      on starts_with(unit.path, above.path) and starts_with(above.path, top.path)
    group by 1
), rolled as (
    select region_id, sum(registered) as registered, sum(enrolled) as enrolled
    from reports_rollup, state
    where campaign_id = %(campaign_id)s
    group by 1
), bearer as (
    select mark.category, person.id, person.household_id
    from state, subsidies_entitlement mark
    join enrollment_resident person on person.id = mark.resident_id
    where mark.campaign_id = %(campaign_id)s
      and mark.recognised_on <= (state.at at time zone 'Asia/Shanghai')::date
      and (mark.ended_at is null or mark.ended_at > state.at)
), bearing as (
    -- Whoever bears a mark, and everybody in the household of who bears one for the household.
    select id as resident_id, village_id from enrollment_resident
    where id in (select id from bearer)
       or household_id in (select household_id from bearer
                           where category = any(%(household)s::text[]) and household_id is not null)
), marked_person as (
    select bearing.resident_id, coalesce(r.unit_id, bearing.village_id) as unit_id,
           r.id is not null and coalesce(s.own_fen, 0) >= r.own_fen
           and coalesce(s.on_behalf_fen, 0) >= r.on_behalf_fen as enrolled
    from state cross join bearing
    left join enrollment_registration r
           on r.resident_id = bearing.resident_id and r.campaign_id = %(campaign_id)s
          and r.registered_at <= state.at and (r.ended_at is null or r.ended_at > state.at)
    left join settled s on s.registration_id = r.id
), marked_state as (
    select unit_id, enrolled, not enrolled and (exists (
        select from subsidies_elsewhereproof proof
        where proof.campaign_id = %(campaign_id)s and proof.resident_id = person.resident_id
          and proof.decided_at <= state.at
          and (proof.state = 'approved'
               or proof.state = 'withdrawn' and proof.withdrawn_at > state.at)
    ) or exists (
        select from enrollment_notenrolling n
        where n.campaign_id = %(campaign_id)s and n.resident_id = person.resident_id
          and n.at <= state.at and (n.ended_at is null or n.ended_at > state.at)
          and n.reason = any(%(excused)s::text[])
          and (n.approved_at <= state.at
               or exists (
                   select from subsidies_listing list
                   where list.campaign_id = %(campaign_id)s
                     and list.resident_id = person.resident_id and list.kind = n.reason
                     and list.known_at <= state.at
                     and (list.ended_at is null or list.ended_at > state.at))
               or n.reason = 'elsewhere' and exists (
                   select from enrollment_registration other
                   where other.resident_id = person.resident_id
                     and other.insurance = %(insurance)s
                     and other.coverage_from = %(coverage_from)s
                     and other.ended_at is null and other.campaign_id <> %(campaign_id)s)))) as excused
    from state, marked_person person
), marked_unit as (
    select unit_id, count(*) filter (where not excused) as people,
           count(*) filter (where enrolled) as enrolled, count(*) filter (where excused) as excused
    from marked_state
    group by 1
), marked as (
    select above.id as region_id, sum(m.people) as people, sum(m.enrolled) as enrolled,
           sum(m.excused) as excused
    from marked_unit m
    join enrollment_region unit on unit.id = m.unit_id
    join enrollment_campaign campaign on campaign.id = %(campaign_id)s
    join enrollment_region top on top.id = campaign.region_id
    join enrollment_region above
      on starts_with(unit.path, above.path) and starts_with(above.path, top.path)
    group by 1
), marked_side_by_side as (
    select region_id,
           coalesce(kept.marked, 0) as kept_people, coalesce(marked.people, 0) as people,
           coalesce(kept.marked_enrolled, 0) as kept_enrolled,
           coalesce(marked.enrolled, 0) as enrolled,
           coalesce(kept.marked_excused, 0) as kept_excused,
           coalesce(marked.excused, 0) as excused
    from (select * from reports_rollupnow where campaign_id = %(campaign_id)s) kept
    full join marked using (region_id)
), side_by_side as (
    select region_id,
           coalesce(rolled.registered, 0) as rolled_registered,
           coalesce(counted.registered, 0) as counted_registered,
           coalesce(rolled.enrolled, 0) as rolled_enrolled,
           coalesce(counted.enrolled, 0) as counted_enrolled
    from rolled full join counted using (region_id)
)
select region_id, 'registered', rolled_registered, counted_registered from side_by_side
where rolled_registered <> counted_registered
union all
select region_id, 'enrolled', rolled_enrolled, counted_enrolled from side_by_side
where rolled_enrolled <> counted_enrolled
union all
select region_id, 'marked', kept_people, people from marked_side_by_side
where kept_people <> people
union all
select region_id, 'marked and enrolled', kept_enrolled, enrolled from marked_side_by_side
where kept_enrolled <> enrolled
union all
select region_id, 'marked and excused', kept_excused, excused from marked_side_by_side
where kept_excused <> excused
order by 1, 2;
