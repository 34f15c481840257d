CREATE VIEW marts.shown WITH (security_barrier) AS
SELECT day, revenue FROM marts.daily;
COMMENT ON VIEW marts.shown IS 'For all';
GRANT SELECT ON marts.shown TO PUBLIC;
