CREATE MATERIALIZED VIEW sub_views.mv_00_a AS SELECT o.id FROM raw.orders AS o;
