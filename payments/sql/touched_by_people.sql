-- In:    payments_payment, payments_match, enrollment_identity, enrollment_registration;
--        %(campaign_id)s, %(resident_ids)s (array)
-- Out:   temp table touched(payment_id): all payments of these people, also those whose person
--        was unknown when they came
-- Grain: one row per payment
-- Index: loose_payments_of_a_resident, one_live_match_alone_covers_a_part,
--        matches_to_be_followed, payments_without_a_person
-- Lock:  none; the caller holds the campaign's posting lock
create temp table touched on commit drop as
select id as payment_id
from payments_payment
where campaign_id = %(campaign_id)s
  and resident_id = any (%(resident_ids)s)
  and standing <> 'matched'
union
select m.payment_id
from enrollment_registration g
join payments_match m on m.registration_id = g.id and m.alone and m.ended_at is null
where g.resident_id = any (%(resident_ids)s) and m.campaign_id = %(campaign_id)s
union
select m.payment_id
from enrollment_registration g
join payments_match m on m.registration_id = g.id and not m.alone and m.ended_at is null
where g.resident_id = any (%(resident_ids)s) and m.campaign_id = %(campaign_id)s
union
select p.id
from enrollment_identity i
join payments_payment p on p.number = i.number and p.resident_id is null
where i.resident_id = any (%(resident_ids)s) and p.campaign_id = %(campaign_id)s;
analyze touched;
