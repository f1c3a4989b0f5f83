-- In:    enrollment_sourcefile, payments_payment, payments_correction, payments_repeatedline,
--        enrollment_sourceproblem, payments_voidedline, payments_voiding; %(campaign_id)s
-- Out:   up to 20 breaches (what, found: how many in all): files whose lines do not add up to
--        what was read or declared, rows of files that are not posted, lines of voided files that
--        still stand as payments
-- Grain: one row per file and kind of breach
-- Index: none; whole tables are read
-- Lock:  none
with file as (
    select
        id, state, read, new, known, conflict, rejected,
        (counts -> 'fen' ->> 'read')::bigint as read_fen,
        (counts -> 'fen' ->> 'as_written')::bigint as written_fen,
        (counts -> 'fen' ->> 'new')::bigint as new_fen,
        (counts -> 'fen' ->> 'known')::bigint as known_fen,
        (counts -> 'fen' ->> 'conflict')::bigint as conflict_fen,
        (counts -> 'fen' ->> 'rejected')::bigint as rejected_fen,
        (counts -> 'declared' ->> 'rows')::bigint as declared_rows,
        (counts -> 'declared' ->> 'fen')::bigint as declared_fen,
        (counts ->> 'same_as')::bigint as same_as
    from enrollment_sourcefile
    where campaign_id = %(campaign_id)s and kind = 'payments'
),
line as (
    select file_id, 'new' as outcome, count(*) as rows, sum(fen) as fen
    from payments_payment
    where campaign_id = %(campaign_id)s
    group by file_id
    union all
    select file_id, 'new', count(*), -sum(fen)
    from payments_correction
    where campaign_id = %(campaign_id)s
    group by file_id
    union all
    select file_id, 'voided', count(*), sum(fen)
    from payments_voidedline
    where campaign_id = %(campaign_id)s
    group by file_id
    union all
    select r.file_id, r.outcome, count(*), sum(r.fen)
    from payments_repeatedline r
    where r.file_id in (select id from file)
    group by r.file_id, r.outcome
    union all
    select p.file_id, 'rejected', count(*), coalesce(sum(p.fen), 0)
    from enrollment_sourceproblem p
    where p.rejected and p.file_id in (select id from file)
    group by p.file_id
),
counted as (
    select
        file_id,
        sum(rows) as rows,
        sum(fen) as fen,
        coalesce(sum(rows) filter (where outcome in ('new', 'voided')), 0) as new,
        coalesce(sum(rows) filter (where outcome = 'new'), 0) as standing,
        coalesce(sum(rows) filter (where outcome = 'known'), 0) as known,
        coalesce(sum(rows) filter (where outcome = 'conflict'), 0) as conflict,
        coalesce(sum(rows) filter (where outcome = 'rejected'), 0) as rejected,
        coalesce(sum(fen) filter (where outcome in ('new', 'voided')), 0) as new_fen,
        coalesce(sum(fen) filter (where outcome = 'known'), 0) as known_fen,
        coalesce(sum(fen) filter (where outcome = 'conflict'), 0) as conflict_fen,
        coalesce(sum(fen) filter (where outcome = 'rejected'), 0) as rejected_fen
    from line
    group by file_id
),
breach as (
    select format('file %%s: %%s rows read, %%s posted', f.id, f.read, coalesce(c.rows, 0)) as what
    from file f
    left join counted c on c.file_id = f.id
    where f.state in ('posted', 'voided') and f.same_as is null
      and (f.read, f.new, f.known, f.conflict, f.rejected)
        is distinct from (c.rows, c.new, c.known, c.conflict, c.rejected)
    union all
    select format('file %%s: %%s fen read, %%s posted', f.id, f.read_fen, coalesce(c.fen, 0))
    from file f
    left join counted c on c.file_id = f.id
    where f.state in ('posted', 'voided') and f.same_as is null
      and (f.read_fen, f.new_fen, f.known_fen, f.conflict_fen, f.rejected_fen)
        is distinct from (c.fen, c.new_fen, c.known_fen, c.conflict_fen, c.rejected_fen)
    union all
    select format('file %%s: %%s rows declared, %%s read', id, declared_rows, read)
    from file
    where state = 'posted' and declared_rows <> read
    union all
    select format('file %%s: %%s fen declared, %%s read', id, declared_fen, read_fen)
    from file
    where state = 'posted' and declared_fen not in (read_fen, written_fen)
    union all
    select format('file %%s repeats file %%s, but has %%s rows instead of %%s',
        f.id, f.same_as, f.read, b.read)
    from file f
    left join file b on b.id = f.same_as and b.state = 'posted'
    where f.state = 'posted' and f.same_as is not null
      and (f.read, f.known) is distinct from (b.read, b.read)
    union all
    select format('file %%s is not posted, but has %%s lines', c.file_id, c.rows)
    from counted c
    left join file f on f.id = c.file_id
    where (f.state is null or f.state not in ('posted', 'voided')) and c.rows > c.rejected
    union all
    select format('file %%s is voided, but %%s lines of it stand', f.id, c.standing)
    from file f
    join counted c on c.file_id = f.id
    where f.state = 'voided' and c.standing > 0
    union all
    select format('file %%s was voided, but line %%s stands as %%s %%s', v.file_id, v.line, v.kind,
        v.row_id)
    from payments_voidedline v
    left join payments_payment p on p.id = v.row_id and v.kind = 'payment'
    left join payments_correction c on c.id = v.row_id and v.kind <> 'payment'
    where v.campaign_id = %(campaign_id)s and v.handed_to is null
      and (p.id is not null or c.id is not null)
    union all
    select format('file %%s is %%s, but whether it was voided is said otherwise', f.id, f.state)
    from file f
    left join payments_voiding v on v.file_id = f.id
    where (f.state = 'voided') <> (v.id is not null)
)
select what, count(*) over () as found from breach order by what limit 20;
