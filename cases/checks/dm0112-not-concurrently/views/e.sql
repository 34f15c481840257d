CREATE MATERIALIZED VIEW marts.grouped AS
SELECT day, count(*) AS n FROM raw.orders GROUP BY ROLLUP (day);
