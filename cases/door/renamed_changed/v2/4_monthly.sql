CREATE MATERIALIZED VIEW marts.monthly AS
SELECT date_trunc('month', day) AS month, sum(revenue) AS revenue, count(*) AS days FROM marts.per_day GROUP BY 1;
CREATE UNIQUE INDEX monthly_key ON marts.monthly (month);
GRANT SELECT ON marts.monthly TO intern;
