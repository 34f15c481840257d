-- dormer: audit "nothing to audit"
CREATE VIEW marts.orders AS
-- dormer: keep_retired = "2h"
SELECT 1 AS id; -- dormer: group = "late"
-- dormer: group = "x"
COMMENT ON VIEW marts.orders IS 'x';
-- dormer: group = "end"
