-- In:    enrollment_registration, payments_payment, payments_match; %(campaign_id)s
-- Out:   up to 20 breaches (what, found): fees that are not the sum of their parts, subsidies
--        beyond the fee or twice, refunds beyond what was paid or beside a live match
-- Grain: one row per registration, person or payment
-- Index: one_live_registration_per_person_and_period; whole tables are read
-- Lock:  none
with standing as (
    select *
    from enrollment_registration
    where campaign_id = %(campaign_id)s and ended_at is null
),
breach as (
    select format('registration %%s: the parts are not the fee of %%s', id, fee_fen) as what
    from standing
    where fee_fen <> own_fen + on_behalf_fen + deducted_fen
    union all
    select format('registration %%s: subsidised with more than the fee, or less than nothing', id)
    from standing
    where least(own_fen, on_behalf_fen, deducted_fen, reimbursed_fen) < 0
      or on_behalf_fen + deducted_fen + reimbursed_fen > fee_fen
    union all
    select format('resident %%s: registered in %%s campaigns of one period', g.resident_id,
        count(*))
    from standing s
    join enrollment_registration g
        on g.resident_id = s.resident_id
        and g.insurance = s.insurance
        and g.coverage_from = s.coverage_from
        and g.ended_at is null
    group by g.resident_id
    having count(*) > 1
    union all
    select format('payment %%s: more taken back than paid', id)
    from payments_payment
    where campaign_id = %(campaign_id)s and refunded_fen + reversed_fen > fen
    union all
    select format('payment %%s: %%s, and matched', p.id, p.standing)
    from payments_payment p
    join payments_match m on m.payment_id = p.id and m.ended_at is null
    where p.campaign_id = %(campaign_id)s and p.standing in ('refunded', 'reversed')
)
select what, count(*) over () as found from breach order by what limit 20;
