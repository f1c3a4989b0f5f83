-- In:    temp staged, set_apart; payments_payment, payments_correction; %(file_id)s
-- Out:   payments_repeatedline gets every line whose key came before, here or in another file:
--        known where name, fen, year and instant agree with the first, else conflict, with what
--        it says instead; those lines leave staged and set_apart
-- Grain: one row per repeated line
-- Index: unique keys of payments_payment and payments_correction
-- Lock:  rows of the temp tables only; the caller holds the campaign's posting lock
create temp table origin on commit drop as
select s.line, 1 as sign, s.key, s.name_key, s.fen, s.year, s.paid_at,
    p.name_key as first_name_key, p.fen as first_fen, p.year as first_year,
    p.paid_at as first_paid_at
from staged s
join payments_payment p on p.key = s.key;

insert into origin
select a.line, -1, a.key, a.name_key, a.fen, a.year, a.paid_at,
    c.name_key, c.fen, c.year, c.paid_at
from set_apart a
join payments_correction c on c.key = a.key;

-- Twice in this file, and not before it.
insert into origin
select d.line, d.sign, d.key, d.name_key, d.fen, d.year, d.paid_at,
    d.first_name_key, d.first_fen, d.first_year, d.first_paid_at
from (
    select
        u.*,
        first_value(u.line) over earlier as first_line,
        first_value(u.name_key) over earlier as first_name_key,
        first_value(u.fen) over earlier as first_fen,
        first_value(u.year) over earlier as first_year,
        first_value(u.paid_at) over earlier as first_paid_at
    from (
        select s.line, 1 as sign, s.key, s.name_key, s.fen, s.year, s.paid_at
        from staged s
        where s.key in (select key from set_apart where kind = 'again')
        union all
        select line, -1, key, name_key, fen, year, paid_at
        from set_apart
        where kind in ('reversal', 'refund') and problem is null
    ) u
    window earlier as (partition by u.key order by u.line)
) d
where d.line <> d.first_line
  and not exists (select 1 from origin o where o.key = d.key);

insert into payments_repeatedline (file_id, line, outcome, key, fen, name_key, year, paid_at)
select
    %(file_id)s,
    line,
    case when same.facts then 'known' else 'conflict' end,
    key,
    sign * fen,
    case when not same.facts then name_key end,
    case when not same.facts then year end,
    case when not same.facts then paid_at end
from origin
cross join lateral (
    select (name_key, fen, year, paid_at) = (first_name_key, first_fen, first_year, first_paid_at)
) same(facts)
order by line;

delete from staged s using origin o where s.line = o.line and o.sign = 1;
delete from set_apart a using origin o where a.line = o.line and o.sign = -1;
drop table origin;
