-- What the tax bureau does not know yet: registrations it was never told of, those that differ from
-- what it was told last, and those that ended. By comparing, not by time: whatever commits later
-- than others is found by the next export, and nothing goes out twice.
-- In:    enrollment_registration, enrollment_resident, enrollment_identity (current), payments_taxsent;
--        %(campaign_id)s
-- Out:   temp table tax_delta(no, act, registration_id, kind, number (sealed), name, category,
--        hardship, village_id, own_fen, on_behalf_fen, ended_at, was_*: what was told last)
-- Grain: one row per registration; ended, changed, new: who was registered anew is stopped first
-- Index: none; whole tables are hashed
-- Lock:  none; the caller keeps other exports of the campaign away
create temp table tax_delta on commit drop as
select
    row_number() over (
        order by array_position(array['ended', 'changed', 'new'], told.act), r.id
    )::int as no,
    told.act,
    r.id as registration_id,
    coalesce(paper.kind, s.kind) as kind,
    coalesce(paper.number, s.number) as number,
    p.name,
    r.category,
    r.hardship,
    r.village_id,
    r.own_fen,
    r.on_behalf_fen,
    r.ended_at,
    s.kind as was_kind,
    s.number as was_number,
    s.name as was_name,
    s.category as was_category,
    s.hardship as was_hardship,
    s.village_id as was_village_id,
    s.own_fen as was_own_fen,
    s.on_behalf_fen as was_on_behalf_fen
from enrollment_registration r
join enrollment_resident p on p.id = r.resident_id
left join enrollment_identity paper on paper.resident_id = r.resident_id and paper.current
left join payments_taxsent s on s.registration_id = r.id
cross join lateral (
    select case
        when s.registration_id is null then
            case when r.ended_at is null and paper.number is not null then 'new' end
        when r.ended_at is not null then
            case when not s.ended then 'ended' end
        when paper.number is not null and (
            s.kind, s.number, s.name, s.category, s.hardship, s.village_id, s.own_fen,
            s.on_behalf_fen, s.ended
        ) is distinct from (
            paper.kind, paper.number, p.name, r.category, r.hardship, r.village_id, r.own_fen,
            r.on_behalf_fen, false
        ) then 'changed'
    end as act
) told
where r.campaign_id = %(campaign_id)s and told.act is not null;
