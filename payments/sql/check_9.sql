-- In:    temp touched, decided, temp view verdict (classify.sql over all payments);
--        payments_payment, payments_match, payments_correction; %(campaign_id)s
-- Out:   up to 20 breaches (what, found): standings, matches and ties that differ from those
--        derived anew from the lines and from what people decided
-- Grain: one row per payment or correction and kind of breach
-- Index: none; whole tables are read
-- Lock:  none
with tie as (
    select
        c.id,
        c.payment_id,
        case
            when sum(c.fen) over (partition by c.original_key order by c.fen, c.paid_at, c.key)
                <= p.fen
            then p.id
        end as derived_id
    from payments_correction c
    left join payments_payment p on p.key = c.original_key
    where c.campaign_id = %(campaign_id)s
),
breach as (
    select format('payment %%s: %%s, derived anew %%s', p.id,
        concat_ws(' ', p.standing, p.cause), concat_ws(' ', v.standing, v.cause)) as what
    from touched t
    join payments_payment p on p.id = t.payment_id
    join verdict v on v.payment_id = t.payment_id
    where (
        p.resident_id, p.late, p.standing, p.cause, p.matched_fen, p.open_fen, p.refund_due_fen,
        p.refunded_fen, p.reversed_fen
    ) is distinct from (
        v.resident_id, v.late, v.standing, v.cause, v.matched_fen, v.open_fen, v.refund_due_fen,
        v.refunded_fen, v.reversed_fen
    )
    union all
    select format('payment %%s: match %%s, derived anew %%s', t.payment_id,
        coalesce(m.id::text, 'none'),
        case when v.standing = 'matched' then 'another' else 'none' end)
    from touched t
    join verdict v on v.payment_id = t.payment_id
    left join payments_match m on m.payment_id = t.payment_id and m.ended_at is null
    where m.id is distinct from v.match_id or (v.standing = 'matched' and m.id is null)
    union all
    select format('decision %%s: stands, derived anew %%s', decision_id, broken)
    from decided
    where broken is not null
    union all
    select format('correction %%s: payment %%s, derived anew %%s', id,
        coalesce(payment_id::text, 'none'), coalesce(derived_id::text, 'none'))
    from tie
    where payment_id is distinct from derived_id
)
select what, count(*) over () as found from breach order by what limit 20;
