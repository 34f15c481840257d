CREATE MATERIALIZED VIEW marts.a AS
SELECT o.id, count(DISTINCT s.name) AS n FROM raw.orders o LEFT JOIN raw.shops s ON s.id = o.shop_id GROUP BY o.id;
