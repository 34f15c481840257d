-- dormer: strategy = "swap"
-- dormer: keep_retired = "1h"
-- dormer: refresh = { every = "1h", window = "22:00-06:00" }
-- dormer: strategy = "recreate"
-- dormer: refresh.window = "23:00-06:00"
CREATE MATERIALIZED VIEW marts.a AS SELECT 1 AS id;
-- dormer: strategy = "swap"
CREATE MATERIALIZED VIEW marts.b AS SELECT 1 AS id;
