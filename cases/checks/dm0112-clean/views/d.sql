-- dormer: checks = { DM0112 = "off" }
CREATE MATERIALIZED VIEW marts.hushed AS SELECT id FROM raw.orders;
