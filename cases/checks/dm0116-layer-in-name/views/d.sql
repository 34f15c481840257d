CREATE MATERIALIZED VIEW sub.report_d AS SELECT id FROM sub.mv_01_c;
CREATE UNIQUE INDEX report_d_key ON sub.report_d (id);
