-- In:    subsidies_listeffect of %(file_id)s
-- Out:   residents and identities as they were before the list, where nobody changed them since
-- Grain: one row per person and fact
-- Index: the effects of a file; primary keys
-- Lock:  row locks on the people who change
update enrollment_resident resident
set school_id = nullif(effect.was, '')::bigint
from subsidies_listeffect effect
where effect.file_id = %(file_id)s and effect.fact = 'school' and resident.id = effect.resident_id
  and coalesce(resident.school_id::text, '') = effect.made;

update enrollment_resident resident
set name = split_part(effect.was, E'\x1f', 1), name_key = split_part(effect.was, E'\x1f', 2),
    pinyin = split_part(effect.was, E'\x1f', 3)
from subsidies_listeffect effect
where effect.file_id = %(file_id)s and effect.fact = 'name' and resident.id = effect.resident_id
  and resident.name = effect.made;

delete from enrollment_identity held
using subsidies_listeffect effect
where effect.file_id = %(file_id)s and effect.fact = 'number' and held.id = effect.made::bigint;

update enrollment_identity held
set current = true
from subsidies_listeffect effect
where effect.file_id = %(file_id)s and effect.fact = 'number' and effect.was <> ''
  and held.id = effect.was::bigint
  and not exists (
      select from enrollment_identity other
      where other.resident_id = held.resident_id and other.current);
