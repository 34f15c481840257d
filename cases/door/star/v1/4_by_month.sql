CREATE MATERIALIZED VIEW marts.by_month AS
SELECT date_trunc('month', day) AS month, sum(net) AS net FROM sub.clean GROUP BY 1;
CREATE INDEX by_month_key ON marts.by_month (month);
