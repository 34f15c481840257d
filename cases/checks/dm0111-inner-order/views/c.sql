CREATE MATERIALIZED VIEW marts.c AS SELECT k.offset AS o, k.limit AS l, k.order AS r FROM raw.t k;
