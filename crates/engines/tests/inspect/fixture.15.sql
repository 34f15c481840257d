CREATE VIEW marts.invoker WITH (security_invoker = true) AS SELECT key FROM marts.settings;
CREATE UNIQUE INDEX nulls_once ON marts.base (kind) NULLS NOT DISTINCT;
CREATE PUBLICATION of_schema FOR TABLES IN SCHEMA marts;
