CREATE MATERIALIZED VIEW marts.weekly AS
SELECT date_trunc('week', day) AS week, sum(revenue) AS revenue FROM marts.per_day GROUP BY 1;
