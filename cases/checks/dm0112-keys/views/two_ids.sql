CREATE MATERIALIZED VIEW marts.two_ids AS
SELECT o.id, s.id AS shop, count(*) AS n FROM raw.orders o JOIN raw.shops s ON s.id = o.shop_id GROUP BY o.id, s.id;
