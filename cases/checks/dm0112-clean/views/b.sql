-- dormer: refresh = { mode = "plain" }
CREATE MATERIALIZED VIEW marts.plain AS SELECT id FROM raw.orders;
