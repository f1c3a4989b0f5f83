-- In:    settled (ports.stage_settled), marks (stage_marks.sql); enrollment_registration,
--        subsidies_repricing, subsidies_elsewhereproof, subsidies_payout, subsidies_transfer;
--        %(campaign_id)s
-- Out:   temp table payout_due: what falls to whom: what comes back by a settled registration, less
--        what is taken back of it, and what repricings owe; to people enrolled elsewhere and not
--        registered here what their approved proofs owe, less what is taken back of it, the last
--        first; nothing by a registration to whom money by a proof is on its way. The situations that
--        are told apart when its month and funders are looked for
-- Grain: one row per registration or decision with an amount; one per situation
-- Index: the campaign's registrations are read once; one_live_registration_per_person_and_period
-- Lock:  none
drop table if exists payout_due, payout_funded, payout_judged;
create temp table payout_judged (id bigint not null, fault text not null) on commit drop;
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
paid_elsewhere as (
    select distinct pay.resident_id
    from subsidies_payout pay
    join subsidies_transfer sent on sent.pay_out_id = pay.id and sent.returned_at is null
    where pay.campaign_id = %(campaign_id)s and pay.registration_id is null and pay.ended_at is null
),
by_proof as (
    select
        again.id, again.resident_id, again.kind, again.hardship, again.funders, again.clause,
        again.words, proof.decided_at, again.fen,
        sum(again.fen) over (partition by again.proof_id)
            - sum(greatest(again.fen, 0)) over (
                partition by again.proof_id order by again.id rows unbounded preceding
                exclude current row
            ) as left_fen
    from subsidies_repricing again
    join subsidies_elsewhereproof proof on proof.id = again.proof_id and proof.state = 'approved'
    where again.campaign_id = %(campaign_id)s and again.withdrawn_at is null and again.fen <> 0
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
      and g.resident_id not in (select resident_id from paid_elsewhere)
    union all
    select
        again.registration_id, again.resident_id, again.kind, again.id, again.fen, g.category,
        again.hardship, g.fee_fen, settled.paid_at, again.funders, again.clause, again.words
    from subsidies_repricing again
    join enrollment_registration g on g.id = again.registration_id and g.ended_at is null
    join settled on settled.registration_id = g.id and settled.paid_at is not null
    where again.campaign_id = %(campaign_id)s and again.withdrawn_at is null and again.fen > 0
      and g.resident_id not in (select resident_id from paid_elsewhere)
    union all
    select
        null, again.resident_id, again.kind, again.id, least(again.fen, again.left_fen)::integer,
        '', again.hardship, 0, again.decided_at, again.funders, again.clause, again.words
    from by_proof again
    where again.fen > 0
      and not exists (
          select 1
          from enrollment_registration g
          where g.resident_id = again.resident_id and g.campaign_id = %(campaign_id)s
            and g.ended_at is null
      )
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
