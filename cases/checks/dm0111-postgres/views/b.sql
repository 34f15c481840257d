CREATE OR REPLACE MATERIALIZED VIEW marts.again AS SELECT id FROM raw.orders;
CREATE UNIQUE INDEX again_key ON marts.again (id);
