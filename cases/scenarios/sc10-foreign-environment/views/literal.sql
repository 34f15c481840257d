CREATE VIEW mart.literal AS
SELECT id, 'shop_dev.orders' AS said -- shop_dev.orders
FROM shop_dev.orders;
