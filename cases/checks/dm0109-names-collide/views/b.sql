CREATE MATERIALIZED VIEW marts.orders_weekly AS SELECT 1 AS id;
CREATE UNIQUE INDEX orders_key ON marts.orders_weekly (id);
CREATE INDEX orders_daily ON marts.orders_weekly (id);
