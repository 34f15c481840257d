CREATE VIEW marts.orders_named AS
SELECT o.id, s.nmae, shops.name, t.x
FROM sub.orders_clean o JOIN raw.shops s ON s.id = o.shop_id
WHERE o.quantity > 1 AND nothing_like_it;
