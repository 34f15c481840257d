CREATE VIEW marts.top_zones AS
SELECT zone, sum(trips) AS trips, approx_count_distinct(window_start) AS minutes
FROM marts.per_minute
GROUP BY zone
ORDER BY trips DESC
LIMIT 10;
