CREATE MATERIALIZED VIEW marts.crossed AS
SELECT shop_id AS day, day AS shop_id, count(*) AS n FROM raw.orders GROUP BY day, shop_id;
