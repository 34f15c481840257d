CREATE VIEW marts.orders AS
SELECT o.id, s.name
FROM sub.order_clean o
JOIN raw.shop s ON s.id = o.shop_id
JOIN stage.orders_clean c ON c.id = o.id
WHERE NOT EXISTS (SELECT 1 FROM rw.shops r WHERE r.id = o.id)
  AND o.id IN (SELECT id FROM elsewhere.unheard_of);

-- dormer: audit "every order has a shop"
SELECT o.id FROM marts.orders o LEFT JOIN raw.shopz s ON s.id = o.id WHERE s.id IS NULL;
