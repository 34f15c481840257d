-- Orders.
-- dormer: group = "finance"
DROP MATERIALIZED VIEW IF EXISTS marts.orders;
CREATE MATERIALIZED VIEW marts.orders AS SELECT 1 AS id;
