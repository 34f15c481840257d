-- dormer: refresh = { mode = "never" }
CREATE MATERIALIZED VIEW marts.never AS SELECT id FROM raw.orders;
