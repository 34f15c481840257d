-- dormer: refresh = { mode = "never" }
CREATE MATERIALIZED VIEW marts.c AS SELECT id FROM marts.a EXCEPT SELECT id FROM raw.shops;
