-- In:    payments_payment, payments_correction, payments_match, payments_repeatedline,
--        payments_decision, enrollment_sourcefile; %(campaign_id)s, %(file_id)s
-- Out:   what voiding the file would do: lines, payments and net fen that go, live matches that
--        end, lines that another posted file reports too; and what forbids it: payments that
--        people decided, files that refund one of its payments, files that contradict a line
-- Grain: one row
-- Index: payments_of_a_file, corrections_of_a_file, corrections_of_a_payment,
--        one_live_match_of_a_payment; payments_repeatedline is hashed
-- Lock:  none
with line as materialized (
    select id as row_id, key, fen, true as pays
    from payments_payment
    where campaign_id = %(campaign_id)s and file_id = %(file_id)s
    union all
    select id, key, -fen, false
    from payments_correction
    where campaign_id = %(campaign_id)s and file_id = %(file_id)s
),
elsewhere as materialized (
    select r.key, r.file_id, r.outcome
    from payments_repeatedline r
    join enrollment_sourcefile f on f.id = r.file_id and f.state = 'posted'
    join line l on l.key = r.key
    where f.campaign_id = %(campaign_id)s and r.file_id <> %(file_id)s
),
gone as materialized (
    select l.*
    from line l
    where not exists (select from elsewhere e where e.key = l.key and e.outcome = 'known')
)
select
    (select count(*) from gone) as lines,
    (select count(*) from gone where pays) as payments,
    (select coalesce(sum(fen), 0) from gone)::bigint as fen,
    (
        select count(*)
        from gone g
        join payments_match m on m.payment_id = g.row_id and m.ended_at is null
        where g.pays
    ) as matches,
    (select count(*) from line) - (select count(*) from gone) as handed_over,
    (
        select count(*)
        from gone g
        where g.pays
          and (
              exists (
                  select from payments_decision d
                  where d.payment_id = g.row_id and d.refused_at is null and d.ended_at is null
              )
              or exists (
                  select from payments_match m
                  where m.payment_id = g.row_id and m.ended_at is null and m.rule = 'by_hand'
              )
          )
    ) as decided,
    array(
        select distinct c.file_id
        from gone g
        join payments_correction c on c.payment_id = g.row_id
        where g.pays and c.kind = 'refund' and c.file_id <> %(file_id)s
        order by 1
    ) as refunding,
    array(
        select distinct file_id from elsewhere where outcome = 'conflict' order by 1
    ) as contradicting;
