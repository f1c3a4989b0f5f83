-- In:    reprice_registration; %(settled)s (boolean)
-- Out:   temp table registering, as enrollment's registration_profiles.sql reads it: those of whom
--        something is settled, or the others, with the category, tier and instant of their registration
-- Grain: one row per registration
-- Index: none
-- Lock:  none
drop table if exists registering;
create temp table registering on commit drop as
select 0 as line, resident_id, registered_at, category::text as category, tier::text as tier
from reprice_registration
where settled = %(settled)s;
analyze registering;
