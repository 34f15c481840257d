CREATE MATERIALIZED VIEW marts.orders AS SELECT id, day FROM raw.orders;
CREATE UNIQUE INDEX orders_key ON marts.orders (id);
CREATE INDEX orders_day ON marts.orders (day);
