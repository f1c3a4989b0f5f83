-- People on a list that speaks against enrolling who are, or were, registered all the same.
-- In:    %(campaign)s, %(path)s of the region asked about, %(kinds)s: kinds of lists, the gravest
--        first
-- Out:   temp table listed_case: state (unpaid, paid: nobody has decided; decided; reversed: taken
--        back for a list that holds no longer, and not registered again), the list's entry, the
--        registration with what is paid of it, the decision
-- Grain: one row per entry of a list and registration
-- Index: listed_once_in_a_kind; one_live_registration_per_person_and_period; matches of a registration
-- Lock:  none
create temp table listed_case on commit drop as
with pair as (
    select entry.id as listing_id, r.id as registration_id
    from subsidies_listing entry
    join enrollment_registration r
      on r.resident_id = entry.resident_id and r.campaign_id = %(campaign)s and r.ended_at is null
    where entry.campaign_id = %(campaign)s and entry.ended_at is null
      and entry.kind = any(%(kinds)s::text[])
    union
    select listing_id, registration_id
    from subsidies_listdecision where campaign_id = %(campaign)s and withdrawn_at is null
)
select case when entry.ended_at is not null then 'reversed'
            when decided.id is not null then 'decided'
            when paid.own_fen + paid.on_behalf_fen > 0 then 'paid' else 'unpaid' end as state,
       entry.id as listing_id, entry.kind, entry.since, entry.source, entry.file_id,
       array_position(%(kinds)s::text[], entry.kind::text) as weight,
       r.id as registration_id, r.resident_id, r.unit_id, r.registered_at, r.own_fen, r.on_behalf_fen,
       r.reimbursed_fen, r.hardship, r.source as way, paid.own_fen as paid_own_fen,
       paid.on_behalf_fen as paid_on_behalf_fen,
       decided.decision, decided.why, decided.at, decided.by_id, decided.fen as back_fen,
       decided.clause, decided.words
from pair
join subsidies_listing entry on entry.id = pair.listing_id
join enrollment_registration r on r.id = pair.registration_id
join enrollment_region unit on unit.id = r.unit_id and starts_with(unit.path, %(path)s)
left join subsidies_listdecision decided
       on decided.listing_id = pair.listing_id and decided.registration_id = pair.registration_id
      and decided.withdrawn_at is null
cross join lateral (
    select coalesce(sum(m.fen) filter (where m.part = 'own'), 0)::integer as own_fen,
           coalesce(sum(m.fen) filter (where m.part = 'on_behalf'), 0)::integer as on_behalf_fen
    from payments_match m
    where m.registration_id = r.id and m.ended_at is null
) paid
where entry.ended_at is null and (decided.id is not null or r.ended_at is null)
   or entry.ended_at is not null and decided.decision = 'taken_back' and not exists (
       select from enrollment_registration again
       where again.resident_id = r.resident_id and again.campaign_id = %(campaign)s
         and again.ended_at is null);
