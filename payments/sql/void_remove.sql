-- In:    temp gone; payments_payment, payments_correction, payments_match; %(known_at)s, %(by)s,
--        %(why)s
-- Out:   the lines of gone are no payments and corrections any more, their live matches ended;
--        temp table original, as in correct.sql: payments whose corrections may have changed
-- Grain: one row per line
-- Index: one_live_match_of_a_payment, pk of payments_payment and payments_correction
-- Lock:  the rows that go; the caller holds the campaign's posting lock
update payments_match m
set ended_at = %(known_at)s, ended_by_id = %(by)s, ended_why = %(why)s
from gone g
where g.kind = 'payment' and m.payment_id = g.row_id and m.ended_at is null;

delete from payments_payment p using gone g where g.kind = 'payment' and p.id = g.row_id;
delete from payments_correction c using gone g where g.kind <> 'payment' and c.id = g.row_id;

create temp table original on commit drop as
select n.key, p.id as payment_id, p.fen
from (
    select original_key as key from gone where original_key is not null
    union
    select key from gone where kind = 'payment'
) n
left join payments_payment p on p.key = n.key;
analyze original;
