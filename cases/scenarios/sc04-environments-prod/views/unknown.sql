-- Written for ${UNKNOWN}.
CREATE VIEW mart.unknown AS SELECT 1 AS id;
