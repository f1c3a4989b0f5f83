-- What each day brought to every region of a campaign, recounted whole from the facts.
-- In:    %(campaign)s, %(as_of)s: facts of a later business time do not count yet
-- Out:   reports_rollup of the campaign; only rows that differ are written
-- Grain: campaign, region (the counting unit and each ancestor inside the campaign), day in China
-- Index: payments_match.matches_to_be_followed; registrations and matches are read whole
-- Lock:  the caller holds the campaign's row of reports_rollupstate; readers never wait
set local work_mem = '96MB';
drop table if exists rollup_fresh;

-- One statement, so that all is counted at one moment.
create temp table rollup_fresh on commit drop as
with plain as materialized (
    -- Nearly all people: registered on one day and, by one live match, settled on one day.
    -- settled: 0 not, 1 with the registration (nothing is due), 2 with the payment.
    -- A fixed offset is twice as fast as the zone's rules; China has kept it since 1991.
    select r.unit_id,
           (r.registered_at at time zone interval '8 hours')::date as registered_on,
           (m.at at time zone interval '8 hours')::date as paid_on,
           case when r.own_fen = 0 then 1 when m.fen >= r.own_fen then 2 else 0 end as settled,
           count(*)::int as people,
           sum(m.fen) as fen
    from enrollment_registration r
    left join payments_match m
           on m.registration_id = r.id and m.part = 'own' and m.ended_at is null and m.alone
          and m.at <= %(as_of)s
    where r.campaign_id = %(campaign)s
      and r.registered_at <= %(as_of)s
      and (r.ended_at is null or r.ended_at > %(as_of)s)
      and r.on_behalf_fen = 0
      and r.id not in (select registration_id from payments_match
                       where campaign_id = %(campaign)s
                         and (ended_at is not null or not alone or part = 'on_behalf'))
    group by 1, 2, 3, 4
), followed as materialized (
    -- All others, followed instant by instant.
    select id, unit_id, own_fen, on_behalf_fen, registered_at, ended_at
    from enrollment_registration
    where campaign_id = %(campaign)s
      and registered_at <= %(as_of)s
      and (ended_at <= %(as_of)s
           or on_behalf_fen > 0
           or id in (select registration_id from payments_match
                     where campaign_id = %(campaign)s
                       and (ended_at is not null or not alone or part = 'on_behalf')))
), met as (
    -- `offset 0` keeps each look-up on its index: these people are few.
    select f.id, found.* from followed f
    cross join lateral (
        select part, fen, at, ended_at from payments_match m
        where m.registration_id = f.id and m.ended_at is null and m.alone offset 0) found
    union all
    select f.id, found.* from followed f
    cross join lateral (
        select part, fen, at, ended_at from payments_match m
        where m.registration_id = f.id and (m.ended_at is not null or not m.alone) offset 0) found
), step as (
    select id, registered_at as at, 1 as standing, 0 as own, 0 as on_behalf from followed
    union all
    select id, ended_at, -1, 0, 0 from followed where ended_at <= %(as_of)s
    union all
    select id, turn.at, 0,
           case part when 'own' then turn.fen else 0 end,
           case part when 'on_behalf' then turn.fen else 0 end
    from met
    cross join lateral (values (met.at, fen), (met.ended_at, -fen)) as turn (at, fen)
    where met.at <= %(as_of)s and turn.at <= %(as_of)s
), standing as (
    -- The frame takes in all steps of one instant: what happens at once counts as one.
    select f.id, f.unit_id, s.at, s.standing, s.own + s.on_behalf as fen,
           (sum(s.standing) over steps = 1
            and sum(s.own) over steps >= f.own_fen
            and sum(s.on_behalf) over steps >= f.on_behalf_fen)::int as enrolled
    from step s join followed f using (id)
    window steps as (partition by f.id order by s.at
                     range between unbounded preceding and current row)
), day as (
    select unit_id, registered_on as day, people as registered, 0 as enrolled, null::bigint as fen
    from plain
    union all
    select unit_id, case settled when 1 then registered_on else greatest(registered_on, paid_on) end,
           0, people, null
    from plain where settled > 0
    union all
    select unit_id, paid_on, 0, 0, fen from plain where paid_on is not null
    union all
    select unit_id, (at at time zone interval '8 hours')::date, standing,
           enrolled - lag(enrolled, 1, 0) over (partition by id order by at), fen
    from standing
), of_unit as materialized (
    select unit_id, day, sum(registered) as registered, sum(enrolled) as enrolled,
           coalesce(sum(fen), 0) as paid_fen
    from day group by 1, 2
), above as materialized (
    select unit.id as unit_id, a.id as region_id
    from enrollment_campaign c
    join enrollment_region top on top.id = c.region_id
    join enrollment_region unit on starts_with(unit.path, top.path)
    cross join lateral unnest(string_to_array(trim(both '/' from unit.path), '/')::bigint[])
        with ordinality as a (id, depth)
    where c.id = %(campaign)s
      and a.depth >= array_length(string_to_array(trim(both '/' from top.path), '/'), 1)
)
select region_id, day, sum(registered) as registered, sum(enrolled) as enrolled,
       sum(paid_fen) as paid_fen
from of_unit join above using (unit_id)
group by 1, 2
having sum(registered) <> 0 or sum(enrolled) <> 0 or sum(paid_fen) <> 0;

delete from reports_rollup old
where campaign_id = %(campaign)s
  and not exists (select from rollup_fresh f where f.region_id = old.region_id and f.day = old.day);

update reports_rollup old
set registered = f.registered, enrolled = f.enrolled, paid_fen = f.paid_fen
from rollup_fresh f
where old.campaign_id = %(campaign)s and old.region_id = f.region_id and old.day = f.day
  and (old.registered, old.enrolled, old.paid_fen) is distinct from
      (f.registered, f.enrolled, f.paid_fen);

insert into reports_rollup (campaign_id, region_id, day, registered, enrolled, paid_fen)
select %(campaign)s, region_id, day, registered, enrolled, paid_fen
from rollup_fresh f
where not exists (select from reports_rollup old
                  where old.campaign_id = %(campaign)s
                    and old.region_id = f.region_id and old.day = f.day);
