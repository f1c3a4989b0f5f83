-- In:    reprice_people; settled (ports.stage_settled); enrollment_registration,
--        subsidies_repricing, subsidies_listing, subsidies_entitlement; %(campaign_id)s,
--        %(recognised_until)s (date or null)
-- Out:   temp table reprice_registration: the standing registration of each, what is owed beside
--        it, whether it is settled, how much the person paid, what lists say
-- Grain: one row per registration
-- Index: one_live_registration_per_person_and_period
-- Lock:  the registrations, until the transaction ends
drop table if exists reprice_registration;
create temp table reprice_registration on commit drop as
with standing as (
    select g.*
    from reprice_people people
    join enrollment_registration g on g.resident_id = people.resident_id
    where g.campaign_id = %(campaign_id)s and g.ended_at is null
    for update of g
),
owed as (
    select beside.registration_id, sum(beside.fen) as fen
    from standing
    join subsidies_repricing beside on beside.registration_id = standing.id
    where beside.withdrawn_at is null and beside.fen <> 0
    group by beside.registration_id
)
select
    g.id as registration_id,
    g.resident_id,
    g.category,
    g.tier,
    g.registered_at,
    g.fee_fen,
    g.own_fen,
    g.on_behalf_fen,
    g.deducted_fen,
    g.reimbursed_fen,
    g.hardship,
    coalesce(owed.fen, 0)::integer as owed_fen,
    settled.registration_id is not null as settled,
    coalesce(settled.paid_fen, 0) as paid_fen,
    exists (
        select 1
        from subsidies_listing listing
        where listing.campaign_id = g.campaign_id and listing.resident_id = g.resident_id
          and listing.kind = 'dead' and listing.ended_at is null
    ) as dead,
    exists (
        select 1
        from subsidies_listing listing
        where listing.campaign_id = g.campaign_id and listing.resident_id = g.resident_id
          and listing.kind = 'elsewhere' and listing.ended_at is null
    ) as elsewhere,
    exists (
        select 1
        from subsidies_entitlement mark
        where mark.campaign_id = g.campaign_id and mark.resident_id = g.resident_id
          and mark.ended_at is null and mark.recognised_on >= %(recognised_until)s::date
    ) as late
from standing g
left join settled on settled.registration_id = g.id
left join owed on owed.registration_id = g.id;
analyze reprice_registration;

drop table if exists reprice_grouped, reprice_decided;
create temp table reprice_grouped (
    registration_id bigint not null, resident_id bigint not null, situation bigint not null
) on commit drop;
create temp table reprice_decided (
    situation bigint primary key,
    outcome text not null,
    kind text not null,
    hardship text not null,
    fee_fen integer not null,
    own_fen integer not null,
    on_behalf_fen integer not null,
    deducted_fen integer not null,
    reimbursed_fen integer not null,
    was_fen integer not null,
    fen integer not null,
    funders jsonb not null,
    clause text not null,
    words text not null
) on commit drop;
