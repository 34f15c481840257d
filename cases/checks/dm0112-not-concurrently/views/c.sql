CREATE MATERIALIZED VIEW marts.months AS
SELECT date_trunc('month', day) AS month, shop_id, count(*) AS orders FROM raw.orders GROUP BY 1, 2;
