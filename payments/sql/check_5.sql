-- In:    temp doubtful; payments_match, enrollment_registration, enrollment_resident,
--        subsidies_entitlement, subsidies_listing, subsidies_repricing; %(campaign_id)s,
--        %(household)s and %(without_roster)s: keys of the categories that entitle the household,
--        that need no mark
-- Out:   up to 20 breaches (what, found): parts settled twice, too little, too much (several by
--        hand may cover a part together) or though nothing is due; people who owe nothing
--        without being entitled to it; marks, list entries and repricings of unknown people,
--        files, users
-- Grain: one row per part or registration
-- Index: none; whole tables are read
-- Lock:  none
with settled as (
    select
        registration_id,
        part,
        sum(fen) as fen,
        max(due_fen) as due_fen,
        count(*) as matches,
        bool_or(alone) as alone
    from payments_match
    where campaign_id = %(campaign_id)s
      and ended_at is null
      and registration_id in (
          select m.registration_id
          from doubtful d
          join payments_match m on m.payment_id = d.payment_id
          where m.ended_at is null
      )
    group by registration_id, part
),
breach as (
    select 'matches: the index one_live_match_alone_covers_a_part is not there' as what
    where not exists (
        select from pg_index
        where indexrelid = to_regclass('one_live_match_alone_covers_a_part')
          and indisunique and indisvalid
    )
    union all
    select format('registration %%s, %%s: settled %%s times', registration_id, part, matches)
    from settled
    where alone and matches > 1
    union all
    select format('registration %%s, %%s: %%s fen settle %%s', registration_id, part, fen,
        due_fen)
    from settled
    where case when alone then fen < due_fen else fen > due_fen end
    union all
    select format('registration %%s, %%s: settled, though nothing is due', s.registration_id,
        s.part)
    from settled s
    join enrollment_registration g on g.id = s.registration_id
    where case when s.part = 'own' then g.own_fen else g.on_behalf_fen end = 0
    union all
    select format('registration %%s: exempt, without a standing entitlement to %%s', g.id,
        coalesce(nullif(g.hardship, ''), 'anything'))
    from enrollment_registration g
    where g.campaign_id = %(campaign_id)s
      and g.ended_at is null
      and g.own_fen = 0
      and g.fee_fen > 0
      and g.hardship <> all (%(without_roster)s::text[])
      and not exists (
          select 1
          from subsidies_entitlement e
          where e.campaign_id = g.campaign_id
            and e.resident_id = g.resident_id
            and e.category = g.hardship
            and e.ended_at is null
      )
      and not (
          g.hardship = any (%(household)s::text[])
          and exists (
              select 1
              from enrollment_resident person
              join enrollment_resident member on member.household_id = person.household_id
              join subsidies_entitlement e on e.resident_id = member.id
              where person.id = g.resident_id
                and e.campaign_id = g.campaign_id
                and e.category = g.hardship
                and e.ended_at is null
          )
      )
      -- Settled when the mark ended: what was granted is not taken back.
      and not exists (
          select 1
          from subsidies_repricing kept
          where kept.registration_id = g.id
            and kept.withdrawn_at is null
            and kept.was = g.hardship
            and kept.outcome in ('fall_kept', 'taken_back', 'unpriced')
      )
    union all
    select format('%%s %%s: %%s %%s that it names does not exist', told.kind, told.id, named.what,
        named.id)
    from (
        select 'mark' as kind, id, resident_id, marked_by_id, file_id, ended_by_file_id
        from subsidies_entitlement where campaign_id = %(campaign_id)s
        union all
        select 'list entry', id, resident_id, marked_by_id, file_id, ended_by_file_id
        from subsidies_listing where campaign_id = %(campaign_id)s
        union all
        select 'repricing', id, resident_id, by_id, file_id, null
        from subsidies_repricing where campaign_id = %(campaign_id)s
    ) told
    cross join lateral (
        values ('person', told.resident_id), ('user', told.marked_by_id), ('file', told.file_id),
               ('file', told.ended_by_file_id)
    ) as named (what, id)
    where named.id is not null
      and case named.what
          when 'person' then not exists (select from enrollment_resident p where p.id = named.id)
          when 'user' then not exists (select from enrollment_user u where u.id = named.id)
          else not exists (select from enrollment_sourcefile f where f.id = named.id)
          end
)
select what, count(*) over () as found from breach order by what limit 20;
