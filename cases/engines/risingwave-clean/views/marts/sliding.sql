CREATE MATERIALIZED VIEW marts.sliding
WITH (backfill_order = FIXED(clean.trips -> raw.zone_targets))
AS
SELECT h.zone, h.window_start, max(h.fare) FILTER (WHERE h.stops > 1) AS longest, max(g.target) AS target
FROM hop(clean.trips, started_at, INTERVAL '1 minute', INTERVAL '15 minutes') AS h
LEFT JOIN raw.zone_targets AS g ON g.zone = h.zone
GROUP BY h.zone, h.window_start;
