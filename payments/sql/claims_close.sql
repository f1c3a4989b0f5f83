-- In:    payments_claim, payments_claimend, payments_payment, payments_match,
--        enrollment_registration; %(campaign_id)s, %(resident_ids)s (null: all), %(days)s, %(now)s,
--        %(by)s
-- Out:   an end for each open claim for which a payment came: of the same person, of the fen that
--        was told or that the person owes, paid at most %(days)s days from the day that was told;
--        the one with the receipt told first, then the nearest day; returns claim_id, payment_id
-- Grain: one row per claim, and per payment; run again until it returns none: who lost a payment
--        to another claim may have a second one
-- Index: loose_payments_of_a_resident, the registrations of a resident,
--        one_live_match_alone_covers_a_part, matches_to_be_followed
-- Lock:  none; two at once: a_payment_answers_one_claim lets one of them
with open_claim as (
    select c.id, c.resident_id, c.paid_on, c.fen, c.receipt
    from payments_claim c
    where c.campaign_id = %(campaign_id)s
      and (%(resident_ids)s::bigint[] is null or c.resident_id = any(%(resident_ids)s::bigint[]))
      and not exists (
          select from payments_claimend e where e.claim_id = c.id and e.undone_at is null
      )
),
registration as (
    select c.id as claim_id, r.id, r.own_fen, r.ended_at
    from open_claim c
    join enrollment_registration r
      on r.resident_id = c.resident_id and r.campaign_id = %(campaign_id)s
),
came as (
    select c.id as claim_id, p.id as payment_id
    from open_claim c
    join payments_payment p on p.resident_id = c.resident_id and p.standing <> 'matched'
    where p.campaign_id = %(campaign_id)s
    union
    select r.claim_id, m.payment_id
    from registration r
    join payments_match m on m.registration_id = r.id and m.alone and m.ended_at is null
    union
    select r.claim_id, m.payment_id
    from registration r
    join payments_match m on m.registration_id = r.id and not m.alone and m.ended_at is null
),
fitting as (
    select
        c.id as claim_id,
        p.id as payment_id,
        row_number() over (
            partition by p.id
            order by
                c.receipt <> '' and c.receipt = p.receipt desc,
                c.fen = p.fen desc,
                abs((p.paid_at at time zone 'Asia/Shanghai')::date - c.paid_on),
                c.id
        ) as of_payment,
        c.receipt <> '' and c.receipt = p.receipt as same_receipt,
        c.fen = p.fen as same_fen,
        abs((p.paid_at at time zone 'Asia/Shanghai')::date - c.paid_on) as days_apart
    from came
    join open_claim c on c.id = came.claim_id
    join payments_payment p on p.id = came.payment_id
    where p.standing <> 'reversed'
      and abs((p.paid_at at time zone 'Asia/Shanghai')::date - c.paid_on) <= %(days)s
      and (
          p.fen = c.fen
          or exists (
              select
              from registration r
              where r.claim_id = c.id and r.ended_at is null and r.own_fen = p.fen
          )
      )
      and not exists (
          select from payments_claimend e where e.payment_id = p.id and e.undone_at is null
      )
)
insert into payments_claimend (
    claim_id, kind, payment_id, at, by_id, why, undone_why
)
select distinct on (claim_id) claim_id, 'payment', payment_id, %(now)s, %(by)s, '', ''
from fitting
where of_payment = 1
order by claim_id, same_receipt desc, same_fen desc, days_apart, payment_id
on conflict do nothing
returning claim_id, payment_id;
