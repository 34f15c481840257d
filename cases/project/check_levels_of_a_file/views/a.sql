-- dormer: checks.DM0120 = "off"
CREATE MATERIALIZED VIEW marts.orders AS SELECT 1 AS id;
REFRESH MATERIALIZED VIEW marts.orders;
