-- Under whichever name it has.
DO $$
DECLARE
    daily text := coalesce(to_regclass('marts.per_day'), to_regclass('marts.daily'))::text;
BEGIN
    EXECUTE format('GRANT SELECT ON %s TO anna, intern', daily);
    EXECUTE format('CREATE INDEX hand_made ON %s (day)', daily);
    EXECUTE format('CREATE VIEW bi.report WITH (security_barrier) AS SELECT d.day, d.revenue FROM %s d', daily);
    EXECUTE format('CREATE MATERIALIZED VIEW bi.kept AS SELECT d.day FROM %s d', daily);
END $$;
ALTER VIEW bi.report OWNER TO anna;
GRANT SELECT ON bi.report TO finance;
