CREATE VIEW marts.running AS
SELECT id, sum(amount) OVER (PARTITION BY auction_id ORDER BY bid_time ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS running,
       lag(amount) IGNORE NULLS OVER (PARTITION BY auction_id ORDER BY bid_time) AS previous
FROM core.bids;
