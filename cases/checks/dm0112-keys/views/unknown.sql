CREATE MATERIALIZED VIEW marts.unknown AS
SELECT lower(name) AS name, count(*) AS n FROM crm.people GROUP BY name;
