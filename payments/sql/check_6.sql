-- In:    enrollment_registration, payments_payment, payments_match, subsidies_repricing,
--        subsidies_payout and all that hangs on it, subsidies_onbehalflist, payments_stop and its
--        decisions, what was sent to the tax bureau; %(campaign_id)s
-- Out:   up to 20 breaches (what, found): fees that are not the sum of their parts, subsidies
--        beyond the fee or twice, refunds beyond what was paid or beside a live match, pay-outs beyond what was
--        paid or is granted, or twice, shares that are not the whole, batches of another funder,
--        answers of banks and lists on behalf that are not what they say; stops without their
--        decision or end, refund lists of other sums, what the tax bureau was told twice or not
-- Grain: one row per registration, person or payment
-- Index: one_live_registration_per_person_and_period; whole tables are read
-- Lock:  none
with standing as (
    select *
    from enrollment_registration
    where campaign_id = %(campaign_id)s and ended_at is null
),
pay_out as (
    select *
    from subsidies_payout
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
    -- Nobody is registered twice for a period, in whatever campaign: the index keeps that, and
    -- to sort everybody again would prove nothing more.
    select 'registrations: the index one_live_registration_per_person_and_period is not there'
    where not exists (
        select from pg_index
        where indexrelid = to_regclass('one_live_registration_per_person_and_period')
          and indisunique and indisvalid
    )
    union all
    select format('payment %%s: more taken back than paid', id)
    from payments_payment
    where campaign_id = %(campaign_id)s and refunded_fen + reversed_fen > fen
    union all
    select format('payment %%s: %%s, and matched', p.id, p.standing)
    from payments_payment p
    join payments_match m on m.payment_id = p.id and m.ended_at is null
    where p.campaign_id = %(campaign_id)s and p.standing in ('refunded', 'reversed')
    union all
    select format('registration %%s: %%s fen are paid out, %%s were paid', o.registration_id,
        sum(o.fen), g.own_fen)
    from pay_out o
    join enrollment_registration g on g.id = o.registration_id
    group by o.registration_id, g.own_fen
    having sum(o.fen) > g.own_fen
    union all
    select format('registration %%s: %%s fen are paid out, %%s come back', o.registration_id,
        sum(o.fen), g.reimbursed_fen)
    from pay_out o
    join enrollment_registration g on g.id = o.registration_id
    where o.cause_id is null
    group by o.registration_id, g.reimbursed_fen
    having sum(o.fen) > g.reimbursed_fen
    union all
    select format('repricing %%s: %%s fen are paid out, %%s are owed', o.cause_id, sum(o.fen),
        case when again.withdrawn_at is null then again.fen else 0 end)
    from pay_out o
    join subsidies_repricing again on again.id = o.cause_id
    group by o.cause_id, again.fen, again.withdrawn_at
    having sum(o.fen) > case when again.withdrawn_at is null then again.fen else 0 end
    union all
    select format('pay-out %%s: its registration or repricing is of somebody else', o.id)
    from pay_out o
    left join enrollment_registration g on g.id = o.registration_id
    left join subsidies_repricing again on again.id = o.cause_id
    where coalesce(g.resident_id, again.resident_id) is distinct from o.resident_id
       or coalesce(g.campaign_id, again.campaign_id) <> o.campaign_id
       or o.cause_id is not null
          and (again.registration_id is distinct from o.registration_id
               or again.resident_id <> o.resident_id)
    union all
    select format('proof %%s (%%s): %%s fen are paid out, %%s were paid elsewhere', proof.id,
        proof.state, sum(o.fen), proof.fen)
    from pay_out o
    join subsidies_repricing again on again.id = o.cause_id
    join subsidies_elsewhereproof proof on proof.id = again.proof_id
    group by proof.id, proof.state, proof.fen
    having sum(o.fen) > proof.fen or proof.state <> 'approved'
    union all
    select format('resident %%s: paid out by a registration and by a proof from elsewhere',
        resident_id)
    from pay_out
    group by resident_id
    having bool_or(registration_id is null) and bool_or(registration_id is not null)
    union all
    select format('pay-out %%s of %%s fen: %%s transfers of %%s fen', o.id, o.fen, count(*),
        sum(sent.fen))
    from subsidies_payout o
    join subsidies_transfer sent on sent.pay_out_id = o.id and sent.returned_at is null
    where o.campaign_id = %(campaign_id)s
    group by o.id, o.fen, o.ended_at
    having count(*) > 1 or sum(sent.fen) <> o.fen or o.ended_at is not null
    union all
    select format('registration %%s: shares of %%s fen, %%s are due', o.registration_id, sum(o.fen),
        max(due.fen))
    from pay_out o
    join lateral (
        select g.reimbursed_fen + coalesce((
            select sum(back.fen)
            from subsidies_repricing back
            where back.registration_id = g.id and back.withdrawn_at is null and back.fen < 0
        ), 0) as fen
        from enrollment_registration g
        where g.id = o.registration_id and o.cause_id is null
        union all
        select again.fen
        from subsidies_repricing again
        where again.id = o.cause_id and again.proof_id is null
    ) due on true
    group by o.registration_id, o.kind, o.cause_id
    having sum(o.fen) <> max(due.fen) and not bool_or(exists (
        select 1
        from subsidies_transfer sent
        where sent.pay_out_id = o.id and sent.returned_at is null
    ))
    union all
    select format('transfer %%s: its batch is of another funder, month or campaign', sent.id)
    from subsidies_transfer sent
    join subsidies_payout o on o.id = sent.pay_out_id
    join subsidies_payoutbatch batch on batch.id = sent.batch_id
    where o.campaign_id = %(campaign_id)s
      and (o.campaign_id, o.funder, o.due_month)
        is distinct from (batch.campaign_id, batch.funder, batch.month)
    union all
    select format('transfer %%s: to an account that is not its amount''s', sent.id)
    from subsidies_transfer sent
    join pay_out o on o.id = sent.pay_out_id
    where sent.returned_at is null and o.account is distinct from sent.account
    union all
    select format('pay-out %%s: dropped, and in a batch', o.id)
    from pay_out o
    join subsidies_payoutdecision said
        on said.pay_out_id = o.id and said.ended_at is null and said.what = 'dropped'
    join subsidies_transfer sent on sent.pay_out_id = o.id and sent.returned_at is null
    union all
    select format('batch %%s: without a row', batch.id)
    from subsidies_payoutbatch batch
    where batch.campaign_id = %(campaign_id)s
      and not exists (select 1 from subsidies_transfer sent where sent.batch_id = batch.id)
    union all
    select format('answer %%s of the bank: %%s lines of %%s', answer.id, count(line.id), answer.read)
    from subsidies_bankanswer answer
    join subsidies_payoutbatch batch on batch.id = answer.batch_id
    left join subsidies_bankanswerline line on line.answer_id = answer.id
    left join subsidies_transfer sent on sent.id = line.transfer_id
    where batch.campaign_id = %(campaign_id)s
    group by answer.id
    having (count(line.id), count(line.id) filter (where line.outcome = 'paid'),
            count(line.id) filter (where line.outcome = 'returned'),
            count(line.id) filter (where line.outcome = 'known'))
        <> (answer.read, answer.paid, answer.returned, answer.known)
       or bool_or(sent.batch_id <> answer.batch_id)
       or bool_or(line.outcome = 'returned' and sent.returned_at is null)
    union all
    select format('list %%s on behalf: %%s people and %%s fen on it, %%s and %%s were sent', sheet.id,
        count(entry.id), coalesce(sum(entry.fen), 0), sheet.people, sheet.fen)
    from subsidies_onbehalflist sheet
    left join subsidies_onbehalfentry entry on entry.list_id = sheet.id
    where sheet.campaign_id = %(campaign_id)s
    group by sheet.id
    having (count(entry.id), coalesce(sum(entry.fen), 0)) <> (sheet.people, sheet.fen)
        or bool_or(entry.live = (sheet.ended_at is not null))
        or sheet.fen <> (
            select coalesce(sum((each ->> 1)::bigint), 0)
            from jsonb_array_elements(sheet.funders) each
        )
    union all
    select format('stop %%s: approved, and %%s fen of %%s are decided to go back', stop.id,
        coalesce(sum(said.fen), 0), stop.own_fen + stop.aid_fen)
    from payments_stop stop
    left join payments_decision said
        on said.bulk = stop.bulk
        and said.campaign_id = stop.campaign_id
        and said.kind = 'refund'
        and said.approved_at is not null
        and said.ended_at is null
    where stop.campaign_id = %(campaign_id)s
      and stop.approved_at is not null
      and stop.undone_at is null
    group by stop.id
    having coalesce(sum(said.fen), 0) < stop.own_fen + stop.aid_fen
    union all
    select format('stop %%s: in effect, and its registration stands or is of somebody else', stop.id)
    from payments_stop stop
    left join enrollment_registration g
        on g.id = stop.registration_id
        and g.resident_id = stop.resident_id
        and g.campaign_id = stop.campaign_id
    where stop.campaign_id = %(campaign_id)s
      and (g.id is null or stop.stopped_at is not null and g.ended_at is null)
    union all
    select format('stop %%s: undone, and nothing stands in the place of its registration', stop.id)
    from payments_stop stop
    left join enrollment_registration again
        on again.id = stop.restored_id and again.resident_id = stop.resident_id
    where stop.campaign_id = %(campaign_id)s
      and stop.undone_at is not null
      and stop.follows_id is null
      and again.id is null
    union all
    select format('stop %%s: follows one that is not in effect, or of another registration', stop.id)
    from payments_stop stop
    join payments_stop earlier on earlier.id = stop.follows_id
    where stop.campaign_id = %(campaign_id)s
      and stop.undone_at is null
      and (earlier.stopped_at is null
           or earlier.undone_at is not null
           or earlier.registration_id <> stop.registration_id)
    union all
    select format('payment %%s: %%s fen on refund lists up to %%s, and %%s can go back',
        sent.payment_id, sum(sent.fen), max(sheet.number),
        coalesce(max(p.refund_due_fen + p.refunded_fen + p.reversed_fen), 0))
    from payments_taxrefund sent
    join payments_taxexport sheet on sheet.id = sent.export_id
    left join payments_payment p
        on p.id = sent.payment_id and p.campaign_id = sheet.campaign_id
    where sheet.campaign_id = %(campaign_id)s and sent.live
    group by sent.payment_id
    having sum(sent.fen) > coalesce(max(p.refund_due_fen + p.refunded_fen + p.reversed_fen), 0)
    union all
    select format('refund list %%s: %%s refunds of %%s fen on it, %%s of %%s were sent', sheet.number,
        count(sent.id), coalesce(sum(sent.fen), 0), sheet.rows, sheet.fen)
    from payments_taxexport sheet
    left join payments_taxrefund sent on sent.export_id = sheet.id
    where sheet.campaign_id = %(campaign_id)s and sheet.kind = 'refunds'
    group by sheet.id
    having (count(sent.id), coalesce(sum(sent.fen), 0)) <> (sheet.rows, sheet.fen)
    union all
    select format('tax bureau: told of %%s registrations, its files hold %%s', told.n, out.n)
    from (
        select count(*) as n from payments_taxsent where campaign_id = %(campaign_id)s
    ) told
    cross join (
        select coalesce(sum((counts ->> 'new')::bigint), 0) as n
        from payments_taxexport
        where campaign_id = %(campaign_id)s and kind = 'registrations'
    ) out
    where told.n <> out.n
)
select what, count(*) over () as found from breach order by what limit 20;
