-- In:    payments_payment, payments_correction, payments_repeatedline, enrollment_sourcefile;
--        %(campaign_id)s, %(file_id)s: the file to be voided
-- Out:   payments_voidedline keeps every line of it that was new; what another posted file reports
--        too is that file's line now, which counts it as new instead of known; temp table gone
--        (row_id, line, key, kind, original_key, resident_id, township_id): the lines that nobody else reports
-- Grain: one row per line that was new
-- Index: payments_of_a_file, corrections_of_a_file; payments_repeatedline is hashed
-- Lock:  the rows that move; the caller holds the campaign's posting lock
create temp table gone on commit drop as
select
    id as row_id, line, key, fen, 'payment' as kind, null::uuid as original_key, resident_id,
    township_id
from payments_payment
where campaign_id = %(campaign_id)s and file_id = %(file_id)s
union all
select id, line, key, -fen, kind, original_key, null, null
from payments_correction
where campaign_id = %(campaign_id)s and file_id = %(file_id)s;
analyze gone;

-- The file that would have brought the line, had this one never come: the first that was posted.
create temp table heir on commit drop as
select distinct on (g.key)
    g.row_id, g.kind, r.id as repeated_id, r.file_id, r.line, r.fen
from gone g
join payments_repeatedline r on r.key = g.key and r.outcome = 'known'
join enrollment_sourcefile f on f.id = r.file_id and f.state = 'posted'
where r.file_id <> %(file_id)s and f.campaign_id = %(campaign_id)s
order by g.key, f.posted_at, r.file_id, r.line;
analyze heir;

insert into payments_voidedline (
    campaign_id, file_id, row_id, handed_to, resident_id, township_id, line, fen, key, kind
)
select
    %(campaign_id)s, %(file_id)s, g.row_id, h.file_id, g.resident_id, g.township_id, g.line, g.fen,
    g.key, g.kind
from gone g
left join heir h on h.row_id = g.row_id and h.kind = g.kind
order by g.line;

update payments_payment p
set file_id = h.file_id, line = h.line
from heir h
where h.kind = 'payment' and p.id = h.row_id;

update payments_correction c
set file_id = h.file_id, line = h.line
from heir h
where h.kind <> 'payment' and c.id = h.row_id;

delete from payments_repeatedline r using heir h where r.id = h.repeated_id;

update enrollment_sourcefile f
set new = f.new + s.lines,
    known = f.known - s.lines,
    counts = jsonb_set(
        jsonb_set(f.counts, '{fen,new}', to_jsonb((f.counts #>> '{fen,new}')::bigint + s.fen)),
        '{fen,known}', to_jsonb((f.counts #>> '{fen,known}')::bigint - s.fen)
    )
from (select file_id, count(*) as lines, sum(fen) as fen from heir group by file_id) s
where f.id = s.file_id;

delete from gone g using heir h where h.row_id = g.row_id and h.kind = g.kind;
