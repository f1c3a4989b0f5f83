-- In:    payments_match; %(campaign_id)s, %(registration_ids)s: of these only, null for all
-- Out:   temp table settled(registration_id, paid_at: when the own part was covered, else null,
--        paid_fen: what covers it, else 0)
-- Grain: one row per registration with a live match
-- Index: none; the campaign's matches are read once
-- Lock:  none; the caller holds the campaign's posting lock
drop table if exists settled;
create temp table settled on commit drop as
select
    registration_id,
    case when covered then paid_at end as paid_at,
    case when covered then paid_fen else 0 end::integer as paid_fen
from (
    select
        registration_id,
        max(at) filter (where part = 'own') as paid_at,
        sum(fen) filter (where part = 'own') as paid_fen,
        coalesce(
            sum(fen) filter (where part = 'own') >= max(due_fen) filter (where part = 'own'), false
        ) as covered
    from payments_match
    where campaign_id = %(campaign_id)s and ended_at is null
      and (%(registration_ids)s::bigint[] is null
           or registration_id = any(%(registration_ids)s::bigint[]))
    group by registration_id
) matched;
analyze settled;
