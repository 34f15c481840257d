CREATE SOURCE IF NOT EXISTS raw.orders (id bigint, net decimal) WITH (connector = 'kafka', topic = 'orders') FORMAT PLAIN ENCODE JSON;
CREATE MATERIALIZED VIEW marts.orders AS SELECT id FROM raw.orders EMIT ON WINDOW CLOSE;
-- dormer: sink = "recreate"
CREATE SINK marts.orders_out FROM marts.orders WITH (connector = 'blackhole');
