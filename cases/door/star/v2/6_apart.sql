CREATE MATERIALIZED VIEW marts.apart AS SELECT name FROM raw.shops;
