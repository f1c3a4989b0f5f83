-- In:    registration_profiled, registration_profiles, registration_prices; %(campaign_id)s and
--        %(path)s of its region, %(insurance)s, %(coverage_from)s, %(now)s, %(by_id)s, %(source)s,
--        %(file_id)s, %(policy_version_id)s
-- Out:   enrollment_registration, standing; it counts to the person's school, or to the village of
--        the household, where the policy says so and that lies in the campaign's region, else to
--        the person's village
-- Grain: one row per person whom the notice admits and who has no live registration for this
--        insurance and period
-- Index: one_live_registration_per_person_and_period settles who comes first, a desk or this
-- Lock:  key-share locks on residents (foreign key)
insert into enrollment_registration
    (campaign_id, resident_id, insurance, coverage_from, village_id, unit_id, category,
     registered_at, known_at, registered_by_id, source, source_file_id, fee_fen, own_fen,
     on_behalf_fen, deducted_fen, reimbursed_fen, hardship, tier, policy_version_id)
select %(campaign_id)s, person.resident_id, %(insurance)s, %(coverage_from)s, person.village_id,
       coalesce(
           case price.unit
                when 'school' then (
                    select school.id
                    from enrollment_resident student
                    join enrollment_region school on school.id = student.school_id
                    where student.id = person.resident_id
                      and school.path like %(path)s || '%%')
                when 'household' then (
                    select village.id
                    from enrollment_resident member
                    join enrollment_household home on home.id = member.household_id
                    join enrollment_region village on village.id = home.village_id
                    where member.id = person.resident_id
                      and village.path like %(path)s || '%%')
           end,
           person.village_id),
       person.category, person.registered_at, %(now)s, %(by_id)s,
       %(source)s, %(file_id)s, price.fee_fen, price.own_fen, price.on_behalf_fen,
       price.deducted_fen, price.reimbursed_fen, price.hardship, price.tier, %(policy_version_id)s
from registration_profiled person
join registration_profiles using (category, marks, born, registered, age, days, told)
join registration_prices price using (profile)
where price.problem = '' and not exists (
    select from enrollment_registration live
    where live.resident_id = person.resident_id and live.insurance = %(insurance)s
      and live.coverage_from = %(coverage_from)s and live.ended_at is null)
order by person.resident_id
on conflict (resident_id, insurance, coverage_from) where ended_at is null do nothing;
