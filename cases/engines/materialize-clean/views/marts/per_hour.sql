CREATE MATERIALIZED VIEW marts.per_hour AS
SELECT date_bin(INTERVAL '1 hour', bid_time, TIMESTAMPTZ '2024-01-01 00:00Z') AS hour, count(*) AS bids, max(amount) AS highest, list_agg(id ORDER BY bid_time) AS ids
FROM core.bids
GROUP BY 1
OPTIONS (AGGREGATE INPUT GROUP SIZE = 1000);
