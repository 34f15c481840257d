CREATE MATERIALIZED VIEW marts.daily AS
SELECT day, shop_id, sum(net) AS revenue FROM sub.clean GROUP BY day, shop_id;
CREATE UNIQUE INDEX daily_key ON marts.daily (day, shop_id);
CREATE INDEX ON marts.daily (shop_id);
CREATE INDEX by_revenue ON marts.daily (revenue DESC);
COMMENT ON MATERIALIZED VIEW marts.daily IS 'Revenue per shop and day';
COMMENT ON COLUMN marts.daily.revenue IS 'Net';
GRANT SELECT ON marts.daily TO finance;
