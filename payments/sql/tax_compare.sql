-- The tax system's list of people beside the standing registrations, row by row; nothing is changed.
-- In:    temp table tax_staged(line, number_kind, number (sealed), name, name_key, mark, place,
--        problem); enrollment_identity (also replaced numbers), enrollment_resident,
--        enrollment_registration; %(campaign_id)s, %(comparison_id)s, %(marks)s: jsonb, mark as
--        written → key of its category, "" for nobody special, null for a word nobody knows
-- Out:   payments_taxperson
-- Grain: one row per line of the list, and one per registration that is on none
-- Index: none; whole tables are hashed
-- Lock:  none
create temp table tax_found on commit drop as
with line as (
    select
        t.*,
        i.resident_id,
        p.name_key as our_name_key,
        r.id as registration_id,
        r.hardship,
        -- Of two lines of one person, that under the number in use stays, else the first.
        row_number() over (
            partition by coalesce('r' || i.resident_id, t.number_kind || encode(t.number, 'hex'))
            order by t.problem <> '', i.current desc nulls last, t.line
        ) as place_of_person
    from tax_staged t
    left join enrollment_identity i on i.kind = t.number_kind and i.number = t.number
    left join enrollment_resident p on p.id = i.resident_id
    left join enrollment_registration r
        on r.resident_id = i.resident_id
        and r.campaign_id = %(campaign_id)s
        and r.ended_at is null
)
select
    line,
    number_kind,
    number,
    name,
    mark,
    place,
    resident_id,
    registration_id,
    case when problem <> '' then problem when place_of_person > 1 then 'repeated' else '' end
        as problem,
    case
        when problem <> '' or place_of_person > 1 then 'rejected'
        when registration_id is null then 'only_there'
        when name_key <> our_name_key then 'other_name'
        when %(marks)s::jsonb ->> mark is distinct from hardship then 'other_category'
        else 'same'
    end as outcome
from line;

insert into payments_taxperson (
    comparison_id, line, outcome, number_kind, number, name, mark, place, resident_id,
    registration_id, problem
)
select
    %(comparison_id)s, line, outcome, number_kind, number, name, mark, place, resident_id,
    registration_id, problem
from tax_found
union all
select %(comparison_id)s, null, 'only_here', '', null, p.name, '', '', r.resident_id, r.id, ''
from enrollment_registration r
join enrollment_resident p on p.id = r.resident_id
where r.campaign_id = %(campaign_id)s
  and r.ended_at is null
  and not exists (
      select 1
      from tax_found f
      where f.registration_id = r.id and f.outcome <> 'rejected'
  );
