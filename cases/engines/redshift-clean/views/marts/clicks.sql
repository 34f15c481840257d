CREATE VIEW marts.clicks AS
SELECT TOP 1000 k.user_id, SPLIT_PART(k.url, '/', 3) AS host, DATEDIFF(minute, LAG(k.clicked_at) OVER (PARTITION BY k.user_id ORDER BY k.clicked_at), k.clicked_at) AS minutes, GETDATE() AS read_at
FROM spectrum.clicks k
WHERE k.dt >= DATEADD(day, -7, TRUNC(SYSDATE))
ORDER BY k.clicked_at DESC
WITH NO SCHEMA BINDING;
