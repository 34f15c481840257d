CREATE MATERIALIZED VIEW marts.hidden AS
SELECT date_trunc('month', day) AS day, count(*) AS n FROM raw.orders GROUP BY day;
