-- People for whom a part is paid on behalf: whether it is settled, on a list, or what speaks against.
-- In:    %(campaign)s, %(path)s of the region asked about, %(list)s: only of this list, also where it
--        was withdrawn, or null; %(kinds)s: lists that speak against paying (payouts.held)
-- Out:   registration_id, resident_id, name, kind, number (sealed), head4, last4, unit_id, village_id,
--        hardship, grade, fee_fen, fen (paid on behalf), settled, list_id (live), list number,
--        barred_by (kind of list), barred_since, barred_source, paid_id and paid_fen (the open
--        payment that they made themselves)
-- Grain: registration; by pinyin
-- Index: registrations_of_a_unit; marks, lists and open payments of the campaign
-- Lock:  none
select r.id, p.id, p.name, paper.kind, paper.number, paper.head4, paper.last4,
       unit.id, r.village_id, coalesce(wanted.hardship, r.hardship), coalesce(mark.grade, ''),
       r.fee_fen, coalesce(wanted.fen, r.on_behalf_fen), met.fen >= r.on_behalf_fen,
       sheet.id, sheet.number, barred.kind, barred.since, barred.source, paid.id, paid.open_fen
from enrollment_registration r
join enrollment_region unit on unit.id = r.unit_id and starts_with(unit.path, %(path)s)
join enrollment_resident p on p.id = r.resident_id
left join enrollment_identity paper on paper.resident_id = p.id and paper.current
left join subsidies_onbehalfentry wanted
       on wanted.registration_id = r.id and wanted.list_id = %(list)s
left join subsidies_onbehalfentry entry on entry.registration_id = r.id and entry.live
left join subsidies_onbehalflist sheet on sheet.id = entry.list_id
left join subsidies_entitlement mark
       on mark.campaign_id = %(campaign)s and mark.resident_id = p.id
      and mark.category = r.hardship and mark.ended_at is null
left join lateral (
    select listing.kind, listing.since, listing.source
    from subsidies_listing listing
    where listing.campaign_id = %(campaign)s and listing.resident_id = p.id
      and listing.kind = any(%(kinds)s) and listing.ended_at is null
      and not exists (
          select 1
          from subsidies_listdecision said
          where said.listing_id = listing.id and said.decision = 'stays'
            and said.withdrawn_at is null
      )
    order by listing.kind <> 'dead', listing.since, listing.id
    limit 1
) barred on true
cross join lateral (
    select coalesce(sum(m.fen), 0) as fen from payments_match m
    where m.registration_id = r.id and m.part = 'on_behalf' and m.ended_at is null
) met
left join lateral (
    select id, open_fen from payments_payment
    where campaign_id = %(campaign)s and resident_id = p.id and standing = 'open'
      and cause in ('paid_though_exempt', 'paid_before_marked', 'paid_twice')
    order by paid_at, id limit 1
) paid on true
where r.campaign_id = %(campaign)s
  and case when %(list)s::bigint is null then r.ended_at is null and r.on_behalf_fen > 0
           else wanted.id is not null end
order by unit.position, unit.id, p.pinyin, p.id
