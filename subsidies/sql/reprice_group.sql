-- In:    reprice_registration; registration_profiled, registration_profiles (enrollment); %(first)s:
--        how many situations there are already
-- Out:   rows of reprice_grouped; the situations: a profile, what stands in the registration and
--        beside it, what lists say
-- Grain: one row per registration of registering; one per situation
-- Index: none
-- Lock:  none
drop table if exists reprice_situation;
create temp table reprice_situation on commit drop as
select
    held.registration_id,
    held.resident_id,
    %(first)s + dense_rank() over (
        order by profiles.profile, held.fee_fen, held.own_fen, held.on_behalf_fen,
        held.deducted_fen, held.reimbursed_fen, held.hardship, held.owed_fen, held.paid_fen,
        held.settled, held.dead, held.elsewhere, held.late
    ) as situation,
    profiles.profile,
    held.fee_fen, held.own_fen, held.on_behalf_fen, held.deducted_fen, held.reimbursed_fen,
    held.hardship, held.owed_fen, held.paid_fen, held.settled, held.dead, held.elsewhere, held.late
from registration_profiled profiled
join reprice_registration held on held.resident_id = profiled.resident_id
join registration_profiles profiles
    on profiles.category = profiled.category
   and profiles.marks = profiled.marks
   and profiles.born = profiled.born
   and profiles.registered = profiled.registered
   and profiles.age = profiled.age
   and profiles.days = profiled.days
   and profiles.told = profiled.told;

insert into reprice_grouped
select registration_id, resident_id, situation from reprice_situation;

select distinct
    situation, profile, fee_fen, own_fen, on_behalf_fen, deducted_fen, reimbursed_fen, hardship,
    owed_fen, paid_fen, settled, dead, elsewhere, late
from reprice_situation
order by situation;
