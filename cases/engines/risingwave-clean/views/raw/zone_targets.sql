CREATE TABLE raw.zone_targets (zone varchar PRIMARY KEY, target int) APPEND ONLY ON CONFLICT IGNORE;
