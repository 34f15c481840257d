CREATE MATERIALIZED VIEW "subXviews".mv_00_f AS SELECT o.id FROM raw.orders AS o;
