CREATE MATERIALIZED VIEW marts.orders AS SELECT id FROM raw.orders WITH NO DATA;
CREATE UNIQUE INDEX orders_key ON marts.orders (id);
CREATE INDEX orders_part ON marts.orders (id) WHERE id > 1;
COMMENT ON MATERIALIZED VIEW marts.orders IS 'x';
