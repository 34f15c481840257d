CREATE MATERIALIZED VIEW marts.a_b AS SELECT id AS c FROM raw.shops;
CREATE INDEX ON marts.a_b (c);
