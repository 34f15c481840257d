CREATE MATERIALIZED VIEW core.winning IN CLUSTER compute AS
SELECT DISTINCT ON (a.id) b.id, b.amount, a.id AS auction_id, a.item, a.end_time
FROM raw.auctions a
JOIN raw.bids b ON b.auction_id = a.id
WHERE b.bid_time < a.end_time AND mz_now() >= a.end_time
ORDER BY a.id, b.amount DESC, b.bid_time
OPTIONS (DISTINCT ON INPUT GROUP SIZE = 1000);
