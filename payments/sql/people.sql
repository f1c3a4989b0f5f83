-- In:    enrollment_identity, enrollment_resident, enrollment_registration; %(insurance)s,
--        %(coverage_from)s
-- Out:   temp view people: every paper, whose it is or was earlier, and the standing registration
--        of its holder in this insurance and period, in whatever campaign
-- Grain: one row per paper
-- Index: a_number_has_one_holder, one_live_registration_per_person_and_period
-- Lock:  none
create temp view people as
select
    i.kind,
    i.number,
    i.resident_id,
    not i.current as earlier,
    r.name_key,
    r.household_id,
    g.id as registration_id,
    g.campaign_id,
    g.own_fen,
    g.on_behalf_fen,
    g.hardship,
    g.policy_version_id
from enrollment_identity i
join enrollment_resident r on r.id = i.resident_id
left join enrollment_registration g
    on g.resident_id = i.resident_id
    and g.insurance = %(insurance)s
    and g.coverage_from = %(coverage_from)s
    and g.ended_at is null;
