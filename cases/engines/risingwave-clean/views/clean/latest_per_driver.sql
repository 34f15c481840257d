CREATE MATERIALIZED VIEW clean.latest_per_driver AS
SELECT id, driver_id, started_at, zone
FROM (
    SELECT *, row_number() OVER (PARTITION BY driver_id ORDER BY started_at DESC) AS rank
    FROM clean.trips
)
WHERE rank = 1;
