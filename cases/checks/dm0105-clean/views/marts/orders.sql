CREATE VIEW marts.orders AS
SELECT o.id, name FROM sub.orders_clean o JOIN raw.shops s ON s.id = o.shop_id;
