-- In:    payments_payment, payments_match, just grown by a large file
-- Out:   the planner's statistics; what is read next must not be planned for small tables
-- Grain: one sample per table
-- Index: none
-- Lock:  SHARE UPDATE EXCLUSIVE on both until the transaction ends: readers and writers go on
set local default_statistics_target = 20;
analyze payments_payment (campaign_id, file_id, resident_id, township_id, standing, cause, late);
analyze payments_match (campaign_id, registration_id, resident_id, part, alone, at, ended_at);
set local default_statistics_target to default;
