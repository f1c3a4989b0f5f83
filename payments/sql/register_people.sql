-- In:    marks (ports.stage_marks), registration_profiled, registration_profiles and
--        registration_prices of the unregistered; %(campaign_id)s, %(villages)s, %(insurance)s,
--        %(coverage_from)s
-- Out:   the people of a register: registered in these villages, or living there and registered
--        nowhere else of this campaign; what they owe, what came, why they are not enrolled
-- Grain: one row per person
-- Index: residents_of_a_village, enrollment_registration (village_id), one live registration of a
--        person, one_live_match_alone_covers_a_part, matches_to_be_followed,
--        cash_is_taken_once_for_an_own_part
-- Lock:  none
with here as (
    select id as resident_id from enrollment_resident
    where village_id = any(%(villages)s::bigint[])
    union
    select resident_id from enrollment_registration
    where village_id = any(%(villages)s::bigint[]) and campaign_id = %(campaign_id)s
      and ended_at is null
)
select coalesce(own.village_id, resident.village_id) as village_id,
       resident.id, resident.name, resident.relation, resident.born_on, resident.phone,
       coalesce(own.category, resident.category) as category,
       home.id as household_id, coalesce(home.number, '') as household,
       coalesce(home.head_name, '') as head, coalesce(home.group_no, '') as group_no,
       coalesce(paper.kind, '') as kind, paper.number, coalesce(paper.head4, '') as head4,
       coalesce(paper.last4, '') as last4,
       own.id as registration_id, own.own_fen, own.on_behalf_fen,
       coalesce(nullif(own.hardship, ''), nullif(price.hardship, ''),
                split_part(marks.categories, ',', 1), '') as hardship,
       price.problem, price.own_fen as priced_fen, price.on_behalf_fen as priced_on_behalf_fen,
       money.own_paid, money.behalf_paid, money.paid_at, money.channel,
       cash.fen as cash_fen, cash.taken_at as cash_at, batch.number as batch,
       coalesce(said.reason, '') as reason, coalesce(said.note, '') as note,
       away.name as elsewhere
from here
join enrollment_resident resident on resident.id = here.resident_id
left join enrollment_registration live
    on live.resident_id = resident.id and live.insurance = %(insurance)s
   and live.coverage_from = %(coverage_from)s and live.ended_at is null
left join enrollment_registration own on own.id = live.id and live.campaign_id = %(campaign_id)s
left join enrollment_campaign other
    on other.id = live.campaign_id and live.campaign_id <> %(campaign_id)s
left join enrollment_region away on away.id = other.region_id
left join enrollment_household home on home.id = resident.household_id
left join enrollment_identity paper on paper.resident_id = resident.id and paper.current
left join marks on marks.resident_id = resident.id
left join registration_profiled person on person.resident_id = resident.id
left join registration_profiles profile
    on profile.category = person.category and profile.marks = person.marks
   and profile.born = person.born and profile.registered = person.registered
   and profile.age = person.age and profile.days = person.days and profile.told = person.told
left join registration_prices price on price.profile = profile.profile
left join enrollment_notenrolling said
    on said.campaign_id = %(campaign_id)s and said.resident_id = resident.id
   and said.ended_at is null
left join payments_taking cash
    on cash.registration_id = own.id and cash.withdrawn_at is null
left join payments_batchline held on held.taking_id = cash.id and held.live
left join payments_collectionbatch batch on batch.id = held.batch_id
left join lateral (
    select sum(met.fen) filter (where met.part = 'own') as own_paid,
           sum(met.fen) filter (where met.part = 'on_behalf') as behalf_paid,
           max(payment.paid_at) as paid_at,
           (array_agg(payment.channel order by payment.paid_at desc))[1] as channel
    from (
        select payment_id, part, fen from payments_match
        where registration_id = own.id and ended_at is null and alone and part = 'own'
        union all
        select payment_id, part, fen from payments_match
        where registration_id = own.id and ended_at is null and (not alone or part = 'on_behalf')
    ) met
    join payments_payment payment on payment.id = met.payment_id
) money on own.id is not null
where coalesce(own.village_id, resident.village_id) = any(%(villages)s::bigint[]);
