-- In:    enrollment_identity, enrollment_resident, enrollment_region, enrollment_registration,
--        payments_payment, payments_match; %(campaign_id)s, %(path)s: people of villages below it
--        only (their region's path), and %(asked)s: a JSON array of
--        {payment_id, head: hex or null, name_key, pinyin: null where nobody is looked for by
--        name, township_id, place, holder_id, receipt: null where it has none, low and high: the
--        keys of that receipt, relatives: whether unpaid members of the household are asked for}
-- Out:   rows (payment_id, resident_id, why): at most two people for each payment, best first.
--        Suggestions only, nothing is matched by them (docs/RULES.md R-364)
-- Grain: one row per payment and suggested person
-- Index: identities_by_first_15, residents_of_a_village, pk and household of residents, unique
--        key of payments_payment, one_live_registration_per_person_and_period,
--        one_live_match_alone_covers_a_part
-- Lock:  none
with asked as materialized (
    select *
    from jsonb_to_recordset(%(asked)s::jsonb) as a(
        payment_id bigint, head text, name_key text, pinyin text, township_id bigint, place text,
        holder_id bigint, receipt text, low uuid, high uuid, relatives boolean
    )
),
household as (
    select a.payment_id, a.name_key, a.relatives, r.household_id, r.id as member_id
    from asked a
    join enrollment_resident r on r.id = a.holder_id
    where r.household_id is not null
    union
    select a.payment_id, a.name_key, a.relatives, r.household_id, r.id
    from asked a
    -- Apart, or the planner joins by receipt, which no index has, and reads all payments. A
    -- receipt of a whole village says nothing of a household.
    cross join lateral (
        select o.id, o.campaign_id, o.receipt, o.resident_id
        from payments_payment o
        where o.key between a.low and a.high
        order by o.key
        limit 50
    ) o
    join enrollment_resident r on r.id = o.resident_id
    where a.low is not null
      and o.receipt = a.receipt
      and o.campaign_id = %(campaign_id)s
      and o.id <> a.payment_id
      and r.household_id is not null
),
found as (
    select a.payment_id, r.id as resident_id, 1 as place, 'first_15_and_name' as why
    from asked a
    join enrollment_identity i on i.head = decode(a.head, 'hex')
    join enrollment_resident r on r.id = i.resident_id and r.name_key = a.name_key
    union all
    select
        h.payment_id,
        r.id,
        case when r.name_key = h.name_key then 2 else 6 end,
        case when r.name_key = h.name_key then 'household_and_name' else 'household' end
    from household h
    join enrollment_resident r on r.household_id = h.household_id
    where r.name_key = h.name_key or (h.relatives and r.id <> h.member_id)
    union all
    select
        a.payment_id,
        r.id,
        case
            when r.name_key <> a.name_key then 5
            when position(v.name in a.place) > 0 then 3
            else 4
        end,
        case
            when r.name_key <> a.name_key then 'village_and_sound'
            when position(v.name in a.place) > 0 then 'village_and_name'
            else 'township_and_name'
        end
    from asked a
    join enrollment_region v on v.parent_id = a.township_id
    -- Apart, so that it is looked up village by village: joined, many names seem to be worth
    -- reading all people once.
    cross join lateral (
        select r.id, r.name_key
        from enrollment_resident r
        where r.village_id = v.id and r.pinyin = a.pinyin
        offset 0
    ) r
    where r.name_key = a.name_key or position(v.name in a.place) > 0
),
best as (
    select distinct on (f.payment_id, f.resident_id)
        f.payment_id, f.resident_id, f.place, f.why, g.id as registration_id,
        exists (
            select 1
            from payments_match m
            where m.registration_id = g.id and m.part = 'own' and m.alone and m.ended_at is null
        ) as settled
    from found f
    join asked a on a.payment_id = f.payment_id
    join enrollment_resident r on r.id = f.resident_id
    join enrollment_region home on home.id = r.village_id and starts_with(home.path, %(path)s)
    left join enrollment_registration g
        on g.resident_id = f.resident_id
        and g.campaign_id = %(campaign_id)s
        and g.ended_at is null
    where f.resident_id is distinct from a.holder_id
    order by f.payment_id, f.resident_id, f.place
),
placed as (
    select
        payment_id,
        resident_id,
        why,
        row_number() over (
            partition by payment_id
            order by place, settled, registration_id is null, resident_id
        ) as nth
    from best
    -- Who only shares the household is worth asking for where they still owe.
    where place < 6 or (registration_id is not null and not settled)
)
select payment_id, resident_id, why
from placed
where nth <= 2
order by payment_id, nth;
