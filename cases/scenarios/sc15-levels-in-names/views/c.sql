CREATE MATERIALIZED VIEW sub_views.mv_01_c AS SELECT b.id FROM sub_views.mv_01_b AS b;
