CREATE VIEW marts.orders AS
SELECT o.id, s.name, u.whatever, unknown_here
FROM sub.orders_clean o
JOIN raw.shops s ON s.id = o.shop_id
JOIN crm.unknown u ON u.id = o.id;
