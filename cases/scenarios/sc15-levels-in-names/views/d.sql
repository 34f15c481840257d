CREATE MATERIALIZED VIEW sub_views.report_d AS SELECT c.id FROM sub_views.mv_01_c AS c;
