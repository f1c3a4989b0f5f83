-- In:    temp doubtful; payments_payment, payments_match, payments_correction, payments_decision;
--        %(campaign_id)s
-- Out:   up to 20 breaches (what, found): payments of which a fen stands nowhere or twice; money
--        that is to go back though nobody decided it and nothing was paid too much; more decided
--        to go back than was paid, refunds that follow what was not carried out
-- Grain: one row per payment and kind of breach
-- Index: none; whole tables are read, but only what is doubtful is compared
-- Lock:  none
with payment as (
    select p.*
    from doubtful d
    join payments_payment p on p.id = d.payment_id
    where p.campaign_id = %(campaign_id)s
),
matched as (
    select m.payment_id, sum(m.fen) as fen
    from doubtful d
    join payments_match m on m.payment_id = d.payment_id
    where m.campaign_id = %(campaign_id)s and m.ended_at is null
    group by m.payment_id
),
taken_back as (
    select
        payment_id,
        coalesce(sum(fen) filter (where kind = 'reversal'), 0) as reversed_fen,
        coalesce(sum(fen) filter (where kind = 'refund'), 0) as refunded_fen
    from payments_correction
    where campaign_id = %(campaign_id)s and payment_id is not null
    group by payment_id
),
decided as (
    select
        d.payment_id,
        sum(d.fen) as fen,
        sum(greatest(0, d.fen - greatest(0, p.reversed_fen + p.refunded_fen - d.back_fen)))
            as due_fen
    from payments_decision d
    join payment p on p.id = d.payment_id
    where d.campaign_id = %(campaign_id)s
      and d.kind = 'refund'
      and d.approved_at is not null
      and d.refused_at is null
      and d.ended_at is null
    group by d.payment_id
),
breach as (
    select format('payment %%s: %%s fen, of which %%s stand somewhere', id, fen,
        matched_fen + open_fen + refund_due_fen + refunded_fen + reversed_fen) as what
    from payment
    where campaign_id = %(campaign_id)s
      and (
          fen <> matched_fen + open_fen + refund_due_fen + refunded_fen + reversed_fen
          or least(matched_fen, open_fen, refund_due_fen, refunded_fen, reversed_fen) < 0
      )
    union all
    select format('payment %%s: %%s fen matched, its live matches have %%s',
        p.id, p.matched_fen, coalesce(m.fen, 0))
    from payment p
    left join matched m on m.payment_id = p.id
    where p.campaign_id = %(campaign_id)s and p.matched_fen <> coalesce(m.fen, 0)
    union all
    select format('payment %%s: %%s fen reversed and %%s refunded, its corrections say %%s and %%s',
        p.id, p.reversed_fen, p.refunded_fen, coalesce(b.reversed_fen, 0),
        coalesce(b.refunded_fen, 0))
    from payment p
    left join taken_back b on b.payment_id = p.id
    where p.campaign_id = %(campaign_id)s
      and (p.reversed_fen, p.refunded_fen)
        <> (coalesce(b.reversed_fen, 0), coalesce(b.refunded_fen, 0))
    union all
    select format('correction %%s: tied to payment %%s, which is not the one it names', c.id,
        c.payment_id)
    from payments_correction c
    left join payment p
        on p.id = c.payment_id and p.key = c.original_key and p.campaign_id = c.campaign_id
    where c.campaign_id = %(campaign_id)s and c.payment_id is not null and p.id is null
    union all
    select format('payment %%s: %%s fen to go back, decided %%s', p.id, p.refund_due_fen,
        coalesce(d.fen::text, 'nothing'))
    from payment p
    left join decided d on d.payment_id = p.id
    where p.campaign_id = %(campaign_id)s
      and p.standing <> 'matched'
      and case
          when d.payment_id is null then p.refund_due_fen > 0
          else p.refund_due_fen <> least(p.fen - p.reversed_fen - p.refunded_fen, d.due_fen)
          end
    union all
    select format('payment %%s: %%s fen decided to go back, %%s were paid', p.id, d.fen, p.fen)
    from payment p
    join decided d on d.payment_id = p.id
    where d.fen > p.fen
    union all
    select format('decision %%s: follows %%s, which does not stand or is not carried out', d.id,
        d.follows_id)
    from payments_decision d
    left join payments_decision earlier
        on earlier.id = d.follows_id
        and earlier.payment_id = d.payment_id
        and earlier.kind = 'refund'
        and earlier.approved_at is not null
        and earlier.ended_at is null
    where d.campaign_id = %(campaign_id)s
      and d.follows_id is not null
      and d.refused_at is null
      and d.ended_at is null
      and (earlier.id is null
           or d.approved_at is not null and d.back_fen < earlier.back_fen + earlier.fen)
    union all
    select format('payment %%s: %%s, with %%s fen open', p.id, p.standing, p.open_fen)
    from payment p
    left join decided d on d.payment_id = p.id
    where p.campaign_id = %(campaign_id)s
      and p.open_fen > 0
      and p.standing <> 'open'
      and d.payment_id is null
)
select what, count(*) over () as found from breach order by what limit 20;
