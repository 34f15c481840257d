CREATE MATERIALIZED VIEW marts.orders AS SELECT id FROM raw.orders;
