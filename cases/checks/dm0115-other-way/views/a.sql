CREATE VIEW marts.orders AS SELECT o.id FROM shop_dev.orders o JOIN shop_prod.shops s ON s.id = o.id;
