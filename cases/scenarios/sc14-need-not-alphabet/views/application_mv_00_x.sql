CREATE MATERIALIZED VIEW mart.application_mv_00_x AS SELECT y.id, count(*) AS n FROM mart.domains_mv_00_y AS y GROUP BY y.id;
