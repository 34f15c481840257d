CREATE MATERIALIZED VIEW marts.orders_recent AS
SELECT o.*, s.name FROM raw.orders o JOIN raw.shops s ON s.id = o.shop_id
WHERE EXISTS (SELECT * FROM raw.shops x WHERE x.id = o.id);
CREATE UNIQUE INDEX orders_recent_key ON marts.orders_recent (id);
