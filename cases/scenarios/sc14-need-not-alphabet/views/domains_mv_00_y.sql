CREATE MATERIALIZED VIEW mart.domains_mv_00_y AS SELECT o.id, count(*) AS n FROM raw.orders AS o GROUP BY o.id;
