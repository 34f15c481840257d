CREATE MATERIALIZED VIEW sub_views.mv_001_e AS SELECT c.id FROM sub_views.mv_01_c AS c;
