-- What an export told the tax bureau is what it knows now.
-- In:    temp table tax_delta; %(campaign_id)s, %(export_id)s
-- Out:   payments_taxsent
-- Grain: one row per registration of the export
-- Index: primary key of payments_taxsent
-- Lock:  those rows; the caller keeps other exports of the campaign away
insert into payments_taxsent (
    registration_id, campaign_id, export_id, kind, number, name, category, hardship, village_id,
    own_fen, on_behalf_fen, ended
)
select
    registration_id, %(campaign_id)s, %(export_id)s, kind, number, name, category, hardship,
    village_id, own_fen, on_behalf_fen, act = 'ended'
from tax_delta
on conflict (registration_id) do update set
    export_id = excluded.export_id,
    kind = excluded.kind,
    number = excluded.number,
    name = excluded.name,
    category = excluded.category,
    hardship = excluded.hardship,
    village_id = excluded.village_id,
    own_fen = excluded.own_fen,
    on_behalf_fen = excluded.on_behalf_fen,
    ended = excluded.ended;
