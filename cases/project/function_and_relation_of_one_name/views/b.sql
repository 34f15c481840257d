CREATE FUNCTION marts.orders(x int) RETURNS int LANGUAGE sql AS 'select x';
-- dormer: keep_retired = "1h"
CREATE VIEW marts.net AS SELECT 1 AS id;
