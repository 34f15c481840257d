CREATE MATERIALIZED VIEW marts.orders_daily AS SELECT 1 AS id;
CREATE UNIQUE INDEX orders_key ON marts.orders_daily (id);
