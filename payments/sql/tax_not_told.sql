-- How much the next export would hold, without making it.
-- In:    enrollment_registration, enrollment_resident, enrollment_identity, payments_taxsent;
--        %(campaign_id)s
-- Out:   new, changed, ended, without a number (they wait until they have one)
-- Grain: one row
-- Index: none; whole tables are hashed
-- Lock:  none
select
    count(*) filter (where s.registration_id is null and r.ended_at is null
        and paper.number is not null),
    count(*) filter (where s.registration_id is not null and r.ended_at is null
        and paper.number is not null and (
            s.kind, s.number, s.name, s.category, s.hardship, s.village_id, s.own_fen,
            s.on_behalf_fen, s.ended
        ) is distinct from (
            paper.kind, paper.number, p.name, r.category, r.hardship, r.village_id, r.own_fen,
            r.on_behalf_fen, false
        )),
    count(*) filter (where r.ended_at is not null and not s.ended),
    count(*) filter (where s.registration_id is null and r.ended_at is null
        and paper.number is null)
from enrollment_registration r
join enrollment_resident p on p.id = r.resident_id
left join enrollment_identity paper on paper.resident_id = r.resident_id and paper.current
left join payments_taxsent s on s.registration_id = r.id
where r.campaign_id = %(campaign_id)s;
