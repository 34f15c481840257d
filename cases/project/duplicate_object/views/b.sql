
-- again
CREATE MATERIALIZED VIEW Marts."orders" AS SELECT 2 AS id;
