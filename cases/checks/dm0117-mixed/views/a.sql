CREATE VIEW marts.orders AS SELECT 1 AS id;

-- dormer: audit "under an alias in a subquery"
SELECT 1 WHERE EXISTS (SELECT 1 FROM marts.orders o WHERE o.id < 0);
