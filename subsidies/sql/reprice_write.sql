-- In:    reprice_grouped, reprice_decided; %(campaign_id)s, %(file_id)s (or null), %(now)s,
--        %(by_id)s, %(policy_version_id)s
-- Out:   subsidies_repricing: a row for each; registrations whose outcome is “updated” get the new
--        parts; the counts by outcome
-- Grain: one row per registration
-- Index: pk of enrollment_registration
-- Lock:  the registrations are locked already (reprice_stage.sql)
insert into subsidies_repricing
    (campaign_id, registration_id, resident_id, file_id, at, by_id, outcome, kind, hardship, was,
     was_fen, granted_fen, fen, funders, clause, words, policy_version_id)
select
    %(campaign_id)s, grouped.registration_id, grouped.resident_id, %(file_id)s, %(now)s, %(by_id)s,
    decided.outcome, decided.kind, decided.hardship, g.hardship, decided.was_fen,
    decided.on_behalf_fen + decided.deducted_fen + decided.reimbursed_fen, decided.fen,
    decided.funders, decided.clause, decided.words, %(policy_version_id)s
from reprice_grouped grouped
join reprice_decided decided using (situation)
join enrollment_registration g on g.id = grouped.registration_id
order by grouped.registration_id;

update enrollment_registration g
set fee_fen = decided.fee_fen,
    own_fen = decided.own_fen,
    on_behalf_fen = decided.on_behalf_fen,
    deducted_fen = decided.deducted_fen,
    reimbursed_fen = decided.reimbursed_fen,
    hardship = decided.hardship,
    policy_version_id = %(policy_version_id)s
from reprice_grouped grouped
join reprice_decided decided using (situation)
where g.id = grouped.registration_id and decided.outcome = 'updated';

select outcome, count(*)
from reprice_grouped
join reprice_decided using (situation)
group by outcome
order by outcome;
