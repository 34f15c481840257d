CREATE MATERIALIZED VIEW marts.fraud IN CLUSTER compute WITH (REFRESH = EVERY '1 day' ALIGNED TO '2024-01-01 00:00') AS
SELECT w.auction_id, b.buyer, b.amount
FROM core.winning w, core.bids b
WHERE b.auction_id = w.auction_id AND b.amount > 2 * w.amount
  AND NOT EXISTS (SELECT 1 FROM core.users u WHERE u.id = b.buyer AND u.zip IS NOT NULL);
