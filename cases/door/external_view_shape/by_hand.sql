SET ROLE anna;
CREATE VIEW bi.report WITH (security_barrier) AS
    SELECT day, revenue, shop_id FROM marts.daily WHERE shop_id > 0;
RESET ROLE;
COMMENT ON VIEW bi.report IS 'Anna''s';
COMMENT ON COLUMN bi.report.day IS 'Day of the order';
GRANT SELECT ON bi.report TO finance WITH GRANT OPTION;
GRANT SELECT (day) ON bi.report TO intern;
ALTER VIEW bi.report ALTER COLUMN day SET DEFAULT date '2026-01-01';
CREATE VIEW bi.above AS SELECT count(*) AS days FROM bi.report;
ALTER VIEW bi.above OWNER TO bela;
GRANT SELECT ON bi.report TO bela;
