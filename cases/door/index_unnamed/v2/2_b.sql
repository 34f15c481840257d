CREATE MATERIALIZED VIEW marts.a AS SELECT id AS b_c FROM raw.shops;
CREATE INDEX ON marts.a (b_c);
CREATE INDEX ON marts.a (b_c) WHERE b_c > 0;
