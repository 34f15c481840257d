CREATE VIEW marts.orders AS SELECT id, net FROM raw.orders;

-- dormer: audit "net is never negative"
SELECT o.id FROM marts.orders o JOIN raw.shops s ON s.id = o.id WHERE net < 0;
