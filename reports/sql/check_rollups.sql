-- Invariant 8: the roll-ups equal a recount, and every parent is the sum of its children.
-- In:    %(campaign_id)s
-- Out:   region_id, what, rolled up, counted: only where they differ
-- Grain: region of the campaign
-- Index: none; registrations and matches are read whole
-- Lock:  none
--
-- Counted here the plain way, person by person at the instant the roll-ups stand at, and carried
-- up the tree by path; rollup.sql counts by day and differences.
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
order by 1, 2;
