CREATE MATERIALIZED VIEW clean.enriched AS
SELECT t.id, t.fare, t.started_at, d.name AS driver, d.zone AS home_zone
FROM clean.trips t
LEFT JOIN raw.drivers FOR SYSTEM_TIME AS OF PROCTIME() AS d ON d.id = t.driver_id;
