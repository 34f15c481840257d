CREATE MATERIALIZED VIEW marts.per_day AS
SELECT day, shop_id, sum(net) AS revenue FROM raw.orders WHERE net IS NOT NULL GROUP BY day, shop_id;
CREATE UNIQUE INDEX daily_key ON marts.per_day (day, shop_id);
