CREATE MATERIALIZED VIEW marts.monthly AS
SELECT date_trunc('month', day) AS month, sum(revenue) AS revenue FROM marts.daily GROUP BY 1;
CREATE UNIQUE INDEX monthly_key ON marts.monthly (month);
