CREATE MATERIALIZED VIEW sub.mv_01_a AS SELECT id FROM raw.orders;
CREATE UNIQUE INDEX mv_01_a_key ON sub.mv_01_a (id);
