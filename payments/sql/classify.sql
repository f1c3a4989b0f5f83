-- The one implementation of what stands against a payment (docs/RULES.md R-40 to R-51, R-54).
--
-- In:    temp view candidate(payment_id, file_id, line, number_kind, number, name_key, year, fen,
--        reversed_fen, refunded_fen, paid_at, mark, match_id and held_*: its live match);
--        temp touched(payment_id): the candidates that were taken in earlier; temp view people;
--        temp decided and by_hand (decided.sql);
--        payments_match, subsidies_repricing, subsidies_entitlement; %(campaign_id)s, %(year)s,
--        %(late_from)s (instant or null),
--        %(holds_late)s (boolean)
-- Out:   temp view verdict(payment_id, resident_id, registration_id, part, due_fen,
--        policy_version_id, match_id: the live match that stays, paid_at, late, standing, cause,
--        matched_fen, open_fen, refund_due_fen, refunded_fen, reversed_fen)
-- Grain: one row per candidate
-- Index: none; whole tables are hashed (for a few candidates: those of people.sql, and
--        one_live_match_alone_covers_a_part)
-- Lock:  none; the caller holds the campaign's posting lock
create temp table judged on commit drop as
with person as (
    select
        c.payment_id,
        c.file_id,
        c.line,
        c.year,
        c.name_key,
        c.paid_at,
        c.reversed_fen,
        c.refunded_fen,
        c.match_id,
        c.fen - c.reversed_fen - c.refunded_fen as remaining_fen,
        c.paid_at >= coalesce(%(late_from)s::timestamptz, 'infinity') as late,
        p.resident_id,
        p.registration_id,
        p.campaign_id as registered_in,
        p.name_key as resident_name_key,
        p.household_id,
        p.hardship,
        p.earlier,
        -- A match keeps the part, the due and the policy version that it met.
        held.yes as held,
        case when held.yes then c.held_part when on_behalf.yes then 'on_behalf' else 'own' end
            as part,
        case
            when held.yes then c.held_due_fen
            when on_behalf.yes then p.on_behalf_fen
            else p.own_fen
        end as due_fen,
        case when held.yes then c.held_policy_version_id else p.policy_version_id end
            as policy_version_id
    from candidate c
    left join people p on p.kind = c.number_kind and p.number = c.number
    cross join lateral (select coalesce(c.held_registration_id = p.registration_id, false)) held(yes)
    cross join lateral (select c.mark <> '' and p.on_behalf_fen > 0) on_behalf(yes)
),
settled as (
    select m.registration_id, m.part
    from payments_match m
    where m.campaign_id = %(campaign_id)s
      and m.alone
      and m.ended_at is null
      and not exists (select 1 from touched t where t.payment_id = m.payment_id)
)
select
    p.payment_id,
    p.resident_id,
    p.registration_id,
    p.policy_version_id,
    p.match_id,
    p.file_id,
    p.paid_at,
    p.line,
    p.remaining_fen,
    p.due_fen,
    p.reversed_fen,
    p.refunded_fen,
    p.late,
    p.held,
    p.earlier,
    p.part,
    case
        when remaining_fen = 0 and reversed_fen + refunded_fen > 0 then 'taken_back'
        when p.resident_id is null then 'unknown_person'
        when p.year <> %(year)s then 'wrong_year'
        when p.registered_in <> %(campaign_id)s then 'wrong_place'
        when p.registration_id is null then 'not_registered'
        when not p.held and p.name_key <> p.resident_name_key then 'name_differs'
        when p.part = 'own' and p.due_fen = 0 then
            -- Asked only of who paid with nothing due: by the indexes of registration and resident.
            case
                when exists (
                    select 1
                    from subsidies_repricing again
                    where again.registration_id = p.registration_id
                      and again.outcome = 'updated'
                      and again.granted_fen > again.was_fen
                      and again.at > p.paid_at
                ) or (p.paid_at at time zone 'Asia/Shanghai')::date < (
                    select min(mark.recognised_on)
                    from subsidies_entitlement mark
                    where mark.campaign_id = %(campaign_id)s
                      and mark.category = p.hardship
                      and mark.resident_id = any (array(
                          select p.resident_id
                          union all
                          select member.id
                          from enrollment_resident member
                          where member.household_id = p.household_id
                      ))
                ) then 'paid_before_marked'
                else 'paid_though_exempt'
            end
        when p.remaining_fen < p.due_fen then 'too_little'
        when s.registration_id is not null or h.registration_id is not null then 'paid_twice'
        when p.late and %(holds_late)s and not p.held then 'late'
    end as obstacle
from person p
left join settled s on s.registration_id = p.registration_id and s.part = p.part
left join by_hand h on h.registration_id = p.registration_id and h.part = p.part;
analyze judged (payment_id);

-- Several for one part: the one that settles it already stays, else the earliest; a late one that
-- is held back never settles, but is the second where another does. Only those who pay more than
-- once are sorted, and their few rows are reached by their place in the table.
create temp table rival on commit drop as
with several as (
    select registration_id
    from judged
    where obstacle is null or obstacle = 'late'
    group by registration_id
    having count(*) > 1
)
select
    j.ctid as at,
    bool_or(j.obstacle is null) over (partition by j.registration_id, j.part) as settled,
    row_number() over (
        partition by j.registration_id, j.part
        order by j.obstacle is not null, j.held desc, j.paid_at, j.file_id, j.line
    ) as place
from several v
join judged j on j.registration_id = v.registration_id
where j.obstacle is null or j.obstacle = 'late';

update judged
set obstacle = 'paid_twice'
where ctid = any (array(select at from rival where settled and place > 1));

create temp view verdict as
select
    payment_id,
    resident_id,
    registration_id,
    part,
    due_fen,
    policy_version_id,
    case when obstacle is null and held then match_id end as match_id,
    paid_at,
    late,
    case
        when obstacle is null then 'matched'
        when obstacle <> 'taken_back' then 'open'
        when reversed_fen > 0 then 'reversed'
        else 'refunded'
    end as standing,
    nullif(obstacle, 'taken_back') as cause,
    case when obstacle is null then due_fen else 0 end as matched_fen,
    case when obstacle is null then 0 else remaining_fen end as open_fen,
    case when obstacle is null then remaining_fen - due_fen else 0 end as refund_due_fen,
    refunded_fen,
    reversed_fen
from judged
union all
select
    payment_id,
    payer_id,
    registration_id,
    part,
    due_fen,
    policy_version_id,
    match_id,
    paid_at,
    late,
    case
        when kind = 'match' then 'matched'
        when refund_due_fen > 0 then 'refund_due'
        when remaining_fen = 0 and reversed_fen > 0 then 'reversed'
        else 'refunded'
    end,
    null,
    case when kind = 'match' then fen else 0 end,
    case when kind = 'match' then 0 else remaining_fen - refund_due_fen end,
    refund_due_fen,
    refunded_fen,
    reversed_fen
from decided
where broken is null;
