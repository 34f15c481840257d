CREATE MATERIALIZED VIEW mart.orders AS SELECT 1 AS id;
CREATE UNIQUE INDEX orders_key ON mart.orders (id);
