CREATE MATERIALIZED VIEW sub.mv_00_a AS SELECT id FROM raw.orders;
CREATE UNIQUE INDEX mv_00_a_key ON sub.mv_00_a (id);
