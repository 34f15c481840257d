CREATE MATERIALIZED VIEW marts.daily AS
SELECT day, shop_id, sum(net) AS revenue FROM raw.orders GROUP BY day, shop_id;
CREATE UNIQUE INDEX daily_key ON marts.daily (day, shop_id);
