CREATE MATERIALIZED VIEW marts.per_day AS
SELECT day, shop_id, sum(net) AS revenue FROM sub.paid GROUP BY day, shop_id;
CREATE UNIQUE INDEX per_day_key ON marts.per_day (day, shop_id);
CREATE INDEX ON marts.per_day (shop_id);
CREATE INDEX by_revenue ON marts.per_day (revenue DESC);
COMMENT ON MATERIALIZED VIEW marts.per_day IS 'Revenue per shop and day';
COMMENT ON COLUMN marts.per_day.revenue IS 'Net';
GRANT SELECT ON marts.per_day TO finance;
