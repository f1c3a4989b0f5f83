-- Registrations one by one, with what the sums of finance.sql sum up.
-- In:    %(campaign)s, %(units)s (array), %(after_unit)s and %(after_id)s: behind which to go on
-- Out:   registration_id, unit_id, resident_id, name, head4, last4, hardship, grade, fee_fen,
--        own_fen, on_behalf_fen, deducted_fen, own_settled, on_behalf_settled, own_matched_fen,
--        on_behalf_matched_fen
-- Grain: standing registration, by counting unit
-- Index: registrations_of_a_unit; one_live_match_alone_covers_a_part, matches_to_be_followed
-- Lock:  none
select r.id, r.unit_id, r.resident_id, p.name, paper.head4, paper.last4, r.hardship,
       coalesce(mark.grade, ''), r.fee_fen, r.own_fen, r.on_behalf_fen, r.deducted_fen,
       met.own_fen >= r.own_fen, met.on_behalf_fen >= r.on_behalf_fen,
       met.own_fen::bigint, met.on_behalf_fen::bigint
from enrollment_registration r
join enrollment_resident p on p.id = r.resident_id
left join enrollment_identity paper on paper.resident_id = p.id and paper.current
cross join lateral (
    select coalesce(sum(fen) filter (where part = 'own'), 0) as own_fen,
           coalesce(sum(fen) filter (where part = 'on_behalf'), 0) as on_behalf_fen
    from (
        select m.part, m.fen from payments_match m
        where m.registration_id = r.id and m.ended_at is null and m.alone
        union all
        select m.part, m.fen from payments_match m
        where m.registration_id = r.id and m.ended_at is null and not m.alone
    ) live
) met
left join lateral (
    select max(e.grade) as grade
    from subsidies_entitlement e
    where e.campaign_id = r.campaign_id and e.resident_id = r.resident_id
      and e.category = r.hardship and e.ended_at is null
) mark on true
where r.campaign_id = %(campaign)s and r.ended_at is null
  and r.unit_id = any(%(units)s::bigint[])
  and (r.unit_id, r.id) > (%(after_unit)s, %(after_id)s)
order by r.unit_id, r.id
