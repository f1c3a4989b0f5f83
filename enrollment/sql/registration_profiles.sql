-- In:    registering; marks (ports.stage_marks)
-- Out:   the distinct profiles: hardship categories as sorted keys joined by commas; and an empty
--        temp table registration_prices, one row for each of them to come
-- Grain: one row per profile, a dozen rows
-- Index: none
-- Lock:  none
create temp table registration_prices (
    categories text primary key,
    fee_fen integer not null,
    own_fen integer not null,
    on_behalf_fen integer not null,
    deducted_fen integer not null,
    reimbursed_fen integer not null,
    hardship text not null
) on commit drop;
select distinct coalesce(marks.categories, '')
from registering
left join marks using (resident_id)
order by 1;
