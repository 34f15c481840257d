CREATE MATERIALIZED VIEW marts.closed AS
SELECT window_end, count(*) AS trips
FROM tumble(raw.trips, started_at, INTERVAL '5 minutes')
GROUP BY window_end
EMIT ON WINDOW CLOSE;
