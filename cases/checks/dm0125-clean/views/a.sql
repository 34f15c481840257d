CREATE MATERIALIZED VIEW marts.orders AS SELECT id, day FROM raw.orders;
CREATE UNIQUE INDEX orders_key ON marts.orders (id);
CREATE INDEX orders_id ON marts.orders (id) WHERE day IS NULL;
CREATE INDEX orders_day ON marts.orders (day, id);
CREATE INDEX orders_day_id ON marts.orders (id, day);
GRANT SELECT ON marts.orders TO finance;
GRANT INSERT ON marts.orders TO finance;
GRANT SELECT ON marts.orders TO sales;
