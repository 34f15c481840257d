CREATE MATERIALIZED VIEW marts.a AS SELECT 1 AS id, 2 AS net;
CREATE UNIQUE INDEX a_key ON marts.a (idd);
CREATE INDEX a_both ON marts.a (id, "Net", (id + net));
COMMENT ON COLUMN marts.a.nope IS 'is no column';
GRANT SELECT (id, nada), UPDATE (ctid) ON marts.a TO nada, finance;
-- dormer: audit "never negative"
SELECT * FROM marts.a WHERE netto < 0;
