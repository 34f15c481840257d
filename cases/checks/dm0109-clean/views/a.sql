CREATE MATERIALIZED VIEW marts.orders AS SELECT 1 AS id;
CREATE UNIQUE INDEX orders_key ON marts.orders (id);
