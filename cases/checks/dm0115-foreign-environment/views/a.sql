CREATE VIEW marts.orders AS
SELECT o.id FROM shop_dev.orders o JOIN shop_${namespace}.shops s ON s.id = o.id JOIN raw.devices d ON d.id = o.id;
GRANT SELECT ON marts.orders TO readers_dev, readers_${namespace};
ALTER VIEW marts.orders OWNER TO dev_owner;
