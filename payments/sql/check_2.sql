-- In:    payments_payment, payments_correction, payments_repeatedline, enrollment_sourcefile;
--        %(campaign_id)s
-- Out:   up to 20 breaches (what, found): lines that stand for more than one thing, payments
--        whose file is none of the campaign's
-- Grain: one row per line or payment
-- Index: none; whole tables are read
-- Lock:  none
with line as (
    select file_id, line from payments_payment where campaign_id = %(campaign_id)s
    union all
    select file_id, line from payments_correction where campaign_id = %(campaign_id)s
    union all
    select r.file_id, r.line
    from payments_repeatedline r
    join enrollment_sourcefile f on f.id = r.file_id
    where f.campaign_id = %(campaign_id)s
),
breach as (
    select format('file %%s, line %%s: posted %%s times', file_id, line, count(*)) as what
    from line
    group by file_id, line
    having count(*) > 1
    union all
    select format('payment %%s: no line of a payment file of this campaign', p.id)
    from payments_payment p
    left join enrollment_sourcefile f
        on f.id = p.file_id and f.campaign_id = p.campaign_id and f.kind = 'payments'
    where p.campaign_id = %(campaign_id)s and f.id is null
    union all
    select format('payment %%s and correction %%s have one key', p.id, c.id)
    from payments_correction c
    join payments_payment p on p.key = c.key
    where c.campaign_id = %(campaign_id)s
)
select what, count(*) over () as found from breach order by what limit 20;
