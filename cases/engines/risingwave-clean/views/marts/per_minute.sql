CREATE MATERIALIZED VIEW marts.per_minute AS
SELECT zone, window_start, window_end, count(*) AS trips, sum(fare) AS fare
FROM tumble(clean.trips, started_at, INTERVAL '1 minute')
GROUP BY zone, window_start, window_end;
