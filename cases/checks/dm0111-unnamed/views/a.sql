CREATE MATERIALIZED VIEW marts.a AS SELECT id + 1, count(*) FROM raw.t GROUP BY id;
CREATE MATERIALIZED VIEW marts.b (id) AS SELECT id + 1 FROM raw.t;
CREATE VIEW marts.c AS SELECT id + 1 FROM raw.t;
