CREATE VIEW marts.a AS SELECT 1 AS id;
-- dormer: checks = { DM0115 = "off", DM0190 = "off" }
CREATE VIEW marts.b AS SELECT 1 AS id;
