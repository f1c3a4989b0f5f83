-- In:    settled (ports.stage_settled), marks (stage_marks.sql); enrollment_registration,
--        subsidies_repricing; %(campaign_id)s
-- Out:   temp table payout_due: what falls to whom: what comes back by a settled registration, less
--        what is taken back of it, and what repricings owe; the situations that are told apart when
--        its month and funders are looked for
-- Grain: one row per registration or repricing with an amount; one per situation
-- Index: none; the campaign's registrations are read once
-- Lock:  none
drop table if exists payout_due, payout_funded;
create temp table payout_funded (
    situation bigint not null,
    funder text not null,
    fen integer not null,
    due_month date not null,
    clause text not null,
    words text not null
) on commit drop;
create temp table payout_due on commit drop as
with taken_back as (
    select registration_id, sum(fen) as fen
    from subsidies_repricing
    where campaign_id = %(campaign_id)s and withdrawn_at is null and fen < 0
    group by registration_id
),
due as (
    select
        g.id as registration_id, g.resident_id, 'reimbursement' as kind, null::bigint as cause_id,
        (g.reimbursed_fen + coalesce(taken_back.fen, 0))::integer as fen,
        g.category, g.hardship, g.fee_fen, settled.paid_at, '[]'::jsonb as funders,
        '' as clause, '' as words
    from enrollment_registration g
    join settled on settled.registration_id = g.id and settled.paid_at is not null
    left join taken_back on taken_back.registration_id = g.id
    where g.campaign_id = %(campaign_id)s and g.ended_at is null and g.reimbursed_fen > 0
    union all
    select
        again.registration_id, again.resident_id, again.kind, again.id, again.fen, g.category,
        again.hardship, g.fee_fen, settled.paid_at, again.funders, again.clause, again.words
    from subsidies_repricing again
    join enrollment_registration g on g.id = again.registration_id and g.ended_at is null
    join settled on settled.registration_id = g.id and settled.paid_at is not null
    where again.campaign_id = %(campaign_id)s and again.withdrawn_at is null and again.fen > 0
)
select
    due.*,
    dense_rank() over (
        order by fen, category, hardship, fee_fen, marks.marks, months.paid_in,
        months.recognised_in, funders, clause, words
    ) as situation,
    coalesce(marks.marks, '') as marks,
    months.paid_in,
    months.recognised_in
from due
left join marks on marks.resident_id = due.resident_id
cross join lateral (
    select
        date_trunc('month', due.paid_at at time zone 'Asia/Shanghai')::date as paid_in,
        (
            select date_trunc('month', min(mark.recognised_on))::date
            from subsidies_entitlement mark
            where mark.campaign_id = %(campaign_id)s and mark.resident_id = due.resident_id
              and mark.category = due.hardship
        ) as recognised_in
) months
where due.fen > 0;
analyze payout_due;

select distinct
    situation, fen, category, hardship, fee_fen, marks, paid_in, recognised_in, funders::text,
    clause, words
from payout_due
order by situation;
