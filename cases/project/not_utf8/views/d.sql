CREATE VIEW marts.d AS SELECT 1 AS id
;
GRANT SELECT ON marts.x TO y;
