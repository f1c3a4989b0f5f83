-- In:    payments_collectionbatch, payments_batchline, payments_taking, payments_slip,
--        payments_bankline, payments_match; %(campaign_id)s
-- Out:   up to 20 breaches (what, found): balanced, confirmed and closed batches of which heads or
--        fen are not those of their lines, or of their one slip; lines that are not their taking;
--        people in two batches; closed batches of which not all have a live match, lines that say
--        a payment which settles nothing of theirs; lines of the bank that are not their slip
-- Grain: one row per batch, line or line of the bank and kind of breach
-- Index: none; whole tables are read, matches of the lines by one_live_match_alone_covers_a_part
-- Lock:  none
with batch as (
    select b.*
    from payments_collectionbatch b
    where b.campaign_id = %(campaign_id)s
),
line as (
    select l.*, b.number, b.state
    from batch b
    join payments_batchline l on l.batch_id = b.id and l.live
),
summed as (
    select batch_id, count(*) as heads, sum(fen) as fen, count(payment_id) as back
    from line
    group by batch_id
),
breach as (
    select format('batch %%s: %%s heads, %%s fen; its lines %%s, %%s', b.number, b.heads, b.fen,
        coalesce(s.heads, 0), coalesce(s.fen, 0)) as what
    from batch b
    left join summed s on s.batch_id = b.id
    where b.state in ('balanced', 'confirmed', 'closed')
      and (b.heads, b.fen) is distinct from (s.heads, s.fen::bigint)
    union all
    select format('batch %%s: %%s heads, %%s fen; its slip %%s, %%s', b.number, b.heads, b.fen,
        coalesce(s.heads, 0), coalesce(s.fen, 0))
    from batch b
    left join payments_slip s on s.batch_id = b.id and s.ended_at is null
    where b.state in ('balanced', 'confirmed', 'closed')
      and (b.heads, b.fen) is distinct from (s.heads, s.fen)
    union all
    select format('batch %%s, line %%s: it is not what was taken', l.number, l.line)
    from line l
    join payments_taking t on t.id = l.taking_id
    where l.state <> 'void'
      and ((l.registration_id, l.resident_id, l.fen)
             is distinct from (t.registration_id, t.resident_id, t.fen)
        or t.withdrawn_at is not null
        or t.campaign_id <> %(campaign_id)s)
    union all
    select format('registration %%s: in %%s batches', registration_id, count(*))
    from line
    group by registration_id
    having count(*) > 1
    union all
    select format('batch %%s: void, with lines that count', number)
    from line
    where state = 'void'
    group by number
    union all
    select format('batch %%s: closed, %%s of %%s came back', b.number, s.back, s.heads)
    from batch b
    join summed s on s.batch_id = b.id
    where b.state = 'closed' and s.back <> s.heads
    union all
    select format('batch %%s, line %%s: payment %%s settles nothing of this person', l.number,
        l.line, l.payment_id)
    from line l
    where l.payment_id is not null
      and l.state in ('confirmed', 'closed')
      and not exists (
          select 1
          from payments_match m
          where m.registration_id = l.registration_id
            and m.part = 'own'
            and m.payment_id = l.payment_id
            and m.ended_at is null
      )
    union all
    select format('batch %%s: confirmed by who made it', number)
    from batch
    where confirmed_by_id = made_by_id
    union all
    select format('bank line %%s: %%s fen; its slip %%s', k.id, k.fen, s.fen)
    from payments_bankline k
    join payments_bankstatement t on t.id = k.statement_id
    join payments_slip s on s.id = k.slip_id
    where t.campaign_id = %(campaign_id)s
      and k.outcome = 'matched'
      and (k.fen <> s.fen or s.ended_at is not null)
)
select what, count(*) over () as found from breach order by what limit 20;
