CREATE MATERIALIZED VIEW sub.orders AS SELECT 1 AS id;
CREATE UNIQUE INDEX orders_key ON sub.orders (id);
