CREATE MATERIALIZED VIEW sub_views.mv_01_b AS SELECT a.id FROM sub_views.mv_00_a AS a;
