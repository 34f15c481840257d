CREATE MATERIALIZED VIEW marts.sessions AS
SELECT driver_id, first_value(started_at) OVER s AS session_start, count(*) OVER s AS trips
FROM clean.trips
WINDOW s AS (PARTITION BY driver_id ORDER BY started_at SESSION WITH GAP INTERVAL '30 minutes');
