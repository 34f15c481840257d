CREATE VIEW marts.orders AS
SELECT o.id FROM shop_${namespace}.orders o JOIN shop_eu.shops s ON s.id = o.id JOIN raw.orders_100 h ON h.id = o.id
WHERE o.stage <> 'dev'; -- dev
GRANT SELECT ON marts.orders TO readers_${namespace};
