-- In:    temp doubtful; payments_payment, payments_match, payments_decision,
--        payments_claimend, payments_claim, enrollment_registration; %(campaign_id)s, %(year)s
-- Out:   up to 20 breaches (what, found): matched payments without a live match and the reverse;
--        matches that do not fit their payment, person, year or part; matches by hand without a
--        reason, a second person or the decision they come from; decisions and claims about nothing
-- Grain: one row per payment, match or decision and kind of breach
-- Index: none; whole tables are read, but only what is doubtful is compared
-- Lock:  none
with payment as (
    select p.*
    from doubtful d
    join payments_payment p on p.id = d.payment_id
    where p.campaign_id = %(campaign_id)s
),
live as (
    select m.*
    from doubtful d
    join payments_match m on m.payment_id = d.payment_id
    where m.campaign_id = %(campaign_id)s and m.ended_at is null
),
decided as (
    select *
    from payments_decision
    where campaign_id = %(campaign_id)s
      and approved_at is not null
      and refused_at is null
      and ended_at is null
),
breach as (
    select format('payment %%s: matched, without a live match', p.id) as what
    from payment p
    left join live m on m.payment_id = p.id
    where p.campaign_id = %(campaign_id)s and p.standing = 'matched' and m.id is null
    union all
    select format('payment %%s: %%s, with a live match', m.payment_id,
        coalesce(p.standing, 'missing'))
    from live m
    left join payment p on p.id = m.payment_id and p.campaign_id = m.campaign_id
    where p.standing is distinct from 'matched'
    union all
    select 'matches: the index one_live_match_of_a_payment is not there'
    where not exists (
        select from pg_index
        where indexrelid = to_regclass('one_live_match_of_a_payment')
          and indisunique and indisvalid
    )
    union all
    select format('match %%s: its registration is not one that stands in this campaign', m.id)
    from live m
    left join enrollment_registration g
        on g.id = m.registration_id and g.campaign_id = m.campaign_id and g.ended_at is null
    where g.id is null
    union all
    select format('match %%s: person or year of payment %%s differ', m.id, p.id)
    from live m
    join payment p on p.id = m.payment_id
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
    select format('match %%s: settles a part with others, but is not by hand', id)
    from live
    where not alone and rule <> 'by_hand'
    union all
    select format('match %%s: by hand, without a reason or approved by the proposer', id)
    from live
    where rule = 'by_hand'
      and (why = '' or approved_by_id is null or approved_by_id = by_id)
    union all
    select format('match %%s: by hand, without a decision that says so', m.id)
    from live m
    left join decided d
        on d.payment_id = m.payment_id
        and d.kind = 'match'
        and (d.registration_id, d.part, d.fen, d.due_fen, d.policy_version_id)
          = (m.registration_id, m.part, m.fen, m.due_fen, m.policy_version_id)
        and (d.proposed_by_id, d.approved_by_id) = (m.by_id, m.approved_by_id)
    where m.rule = 'by_hand' and d.id is null
    union all
    select format('decision %%s: matches payment %%s, which has no such match', d.id, d.payment_id)
    from decided d
    left join live m on m.payment_id = d.payment_id and m.registration_id = d.registration_id
        and m.part = d.part and m.fen = d.fen and m.rule = 'by_hand'
    where d.kind = 'match' and m.id is null
    union all
    select format('decision %%s: of payment %%s, which is none of this campaign', d.id, d.payment_id)
    from payments_decision d
    left join payment p on p.id = d.payment_id and p.campaign_id = d.campaign_id
    where d.campaign_id = %(campaign_id)s
      and d.refused_at is null
      and d.ended_at is null
      and p.id is null
    union all
    select format('decision %%s: its registration is of another person', d.id)
    from payments_decision d
    join enrollment_registration g on g.id = d.registration_id
    where d.campaign_id = %(campaign_id)s
      and (d.campaign_id, d.resident_id) <> (g.campaign_id, g.resident_id)
    union all
    -- Looked up one by one: claims are few.
    select format('claim %%s: closed by payment %%s, which does not exist', e.claim_id, e.payment_id)
    from payments_claimend e
    join payments_claim c on c.id = e.claim_id
    where c.campaign_id = %(campaign_id)s
      and e.undone_at is null
      and e.payment_id is not null
      and (select p.id from payments_payment p where p.id = e.payment_id) is null
)
select what, count(*) over () as found from breach order by what limit 20;
