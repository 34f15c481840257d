CREATE MATERIALIZED VIEW marts.orders_daily AS
SELECT o.day, o.shop_id AS shop, sum(net) AS revenue FROM raw.orders o GROUP BY o.day, o.shop_id;
