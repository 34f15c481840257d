CREATE MATERIALIZED VIEW sub.clean AS
SELECT id, shop_id, day, net + tax AS net, tax FROM raw.orders WHERE status = 'paid';
CREATE MATERIALIZED VIEW marts.daily AS
SELECT day, shop_id, sum(net) AS revenue FROM sub.clean GROUP BY day, shop_id;
CREATE UNIQUE INDEX daily_key ON marts.daily (day, shop_id);
COMMENT ON MATERIALIZED VIEW marts.daily IS 'Revenue per shop and day';
