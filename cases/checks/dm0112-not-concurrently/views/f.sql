CREATE MATERIALIZED VIEW marts.either AS
SELECT day FROM raw.orders GROUP BY day UNION ALL SELECT day FROM raw.orders GROUP BY day;
