-- dormer: checks = { DM0120 = "off" }
CREATE VIEW marts.a AS SELECT 1 AS id;
REFRESH MATERIALIZED VIEW marts.q;
-- dormer: checks = { DM0120 = "error" }
CREATE VIEW marts.b AS SELECT 1 AS id;
SET x = 1;
