CREATE MATERIALIZED VIEW marts.per_month AS
SELECT date_trunc('month', day) AS month, sum(revenue) AS revenue FROM marts.per_day GROUP BY 1;
CREATE UNIQUE INDEX per_month_key ON marts.per_month (month);
