-- Net per day.
-- Read by finance.
CREATE MATERIALIZED VIEW marts.orders_daily AS
SELECT day, shop_id, sum(net) AS net FROM sub.orders_clean GROUP BY day, shop_id;
CREATE UNIQUE INDEX orders_daily_key ON marts.orders_daily (day, shop_id);
