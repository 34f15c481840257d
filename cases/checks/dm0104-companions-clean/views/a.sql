CREATE MATERIALIZED VIEW marts.a AS SELECT 1 AS id, 2 AS "Net";
CREATE UNIQUE INDEX a_key ON marts.a (ID, "Net");
COMMENT ON COLUMN marts.a."Net" IS 'without tax';
GRANT SELECT (id, "Net") ON marts.a TO finance;
-- dormer: audit "never negative"
SELECT "Net" FROM marts.a WHERE "Net" < 0;
