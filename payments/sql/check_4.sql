-- In:    payments_payment, payments_match, enrollment_registration; %(campaign_id)s, %(year)s
-- Out:   up to 20 breaches (what, found): matched payments without a live match and the reverse;
--        matches that do not fit their payment, person, year or part; matches by hand without a
--        reason or a second person
-- Grain: one row per payment or match and kind of breach
-- Index: none; whole tables are read
-- Lock:  none
with live as (
    select *
    from payments_match
    where campaign_id = %(campaign_id)s and ended_at is null
),
breach as (
    select format('payment %%s: matched, without a live match', p.id) as what
    from payments_payment p
    left join live m on m.payment_id = p.id
    where p.campaign_id = %(campaign_id)s and p.standing = 'matched' and m.id is null
    union all
    select format('payment %%s: %%s, with a live match', m.payment_id,
        coalesce(p.standing, 'missing'))
    from live m
    left join payments_payment p on p.id = m.payment_id and p.campaign_id = m.campaign_id
    where p.standing is distinct from 'matched'
    union all
    select format('payment %%s: %%s live matches', payment_id, count(*))
    from live
    group by payment_id
    having count(*) > 1
    union all
    select format('match %%s: its registration is not one that stands in this campaign', m.id)
    from live m
    left join enrollment_registration g
        on g.id = m.registration_id and g.campaign_id = m.campaign_id and g.ended_at is null
    where g.id is null
    union all
    select format('match %%s: person or year of payment %%s differ', m.id, p.id)
    from live m
    join payments_payment p on p.id = m.payment_id
    join enrollment_registration g on g.id = m.registration_id
    where m.rule <> 'by_hand'
      and (m.resident_id <> g.resident_id
        or p.resident_id is distinct from g.resident_id
        or p.year <> %(year)s)
    union all
    select format('match %%s: %%s fen do not cover its part of %%s', id, fen, due_fen)
    from live
    where alone and fen <> due_fen
    union all
    select format('match %%s: by hand, without a reason or approved by the proposer', id)
    from live
    where rule = 'by_hand'
      and (why = '' or approved_by_id is null or approved_by_id = by_id)
)
select what, count(*) over () as found from breach order by what limit 20;
