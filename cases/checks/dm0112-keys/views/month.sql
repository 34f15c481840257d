CREATE MATERIALIZED VIEW marts.month AS
SELECT date_trunc('month', day) AS month, count(*) AS n FROM raw.orders GROUP BY month;
