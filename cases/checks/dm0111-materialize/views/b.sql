CREATE MATERIALIZED VIEW marts.fine IN CLUSTER c AS SELECT id FROM raw.orders;
CREATE INDEX fine_id ON marts.fine (id);
