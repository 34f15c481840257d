CREATE VIEW bi.invoked WITH (security_invoker = true) AS SELECT day, revenue FROM marts.daily;
ALTER VIEW bi.invoked OWNER TO anna;
GRANT SELECT ON bi.invoked TO finance;
