CREATE VIEW sub.orders_clean AS
SELECT id, day, shop_id, net
FROM raw.orders
WHERE net IS NOT NULL;
