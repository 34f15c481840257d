CREATE VIEW orders AS
SELECT o.id FROM raw_orders o JOIN raw_orders p ON p.id = o.id JOIN raw.shops s ON s.id = o.id;
GRANT SELECT ON orders TO finance;
