-- dormer: checks = { DM0125 = "off" }
CREATE VIEW marts.a AS SELECT 1 AS id;
-- dormer: checks = { DM0119 = "warning", DM0125 = "error" }
-- dormer: refresh.every = "1h"
CREATE VIEW marts.b AS SELECT 1 AS id;
GRANT SELECT ON marts.a TO f;
GRANT SELECT ON marts.a TO f;
GRANT SELECT ON marts.b TO f;
GRANT SELECT ON marts.b TO f;
