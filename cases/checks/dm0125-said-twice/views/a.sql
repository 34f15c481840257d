CREATE MATERIALIZED VIEW marts.orders AS SELECT id, day FROM raw.orders;
CREATE UNIQUE INDEX orders_key ON marts.orders (id);
CREATE UNIQUE INDEX orders_id ON marts.orders (id);
GRANT SELECT ON marts.orders TO finance, sales;
GRANT SELECT ON marts.orders TO Finance;
