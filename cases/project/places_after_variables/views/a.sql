CREATE VIEW ${e}marts.${s} AS
SELECT 1 AS id; GRANT SELECT ON ${e}marts.other TO x; COMMENT ON VIEW ${s}.y IS NULL;
