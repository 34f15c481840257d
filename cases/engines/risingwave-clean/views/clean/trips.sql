CREATE MATERIALIZED VIEW clean.trips AS
SELECT
    id,
    driver_id,
    started_at,
    arrived_at,
    (pickup).zone AS zone,
    (pickup).lon::real AS lon,
    fares[1] AS base_fare,
    array_sum(fares) AS fare,
    payload ->> 'app' AS app,
    jsonb_array_length(payload -> 'stops') AS stops
FROM raw.trips
WHERE payload IS NOT NULL AND started_at > '2024-01-01 00:00:00Z'::timestamptz;

CREATE INDEX trips_driver ON clean.trips (driver_id, started_at DESC) INCLUDE (fare) DISTRIBUTED BY (driver_id);
COMMENT ON TABLE clean.trips IS 'Trips with their zone';
GRANT SELECT ON MATERIALIZED VIEW clean.trips TO analyst;
