-- dormer: refresh = { mode = "concurrently" }
CREATE MATERIALIZED VIEW marts.orders AS SELECT id, lower(name) AS name FROM raw.shops;
CREATE UNIQUE INDEX orders_part ON marts.orders (id) WHERE id > 0;
CREATE UNIQUE INDEX orders_lower ON marts.orders (lower(name));
CREATE INDEX orders_id ON marts.orders (id);
