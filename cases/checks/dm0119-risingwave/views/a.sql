-- dormer: refresh = { every = "5m" }
CREATE MATERIALIZED VIEW marts.a AS SELECT id FROM raw.orders;
