CREATE MATERIALIZED VIEW marts."Über ""Tag""" AS
SELECT day AS "Der Tag", sum(net) + 1 AS "Σ", 'dormer; DROP' AS "a;b" FROM raw.orders GROUP BY day;
CREATE INDEX "Index Ü" ON marts."Über ""Tag""" ("Der Tag");
COMMENT ON COLUMN marts."Über ""Tag"""."Σ" IS 'it''s "all"';
GRANT SELECT ON marts."Über ""Tag""" TO finance;
