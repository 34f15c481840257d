CREATE VIEW core.bids AS
SELECT b.id, b.buyer, b.auction_id, b.amount, b.bid_time, a.item, a.seller
FROM raw.bids b
JOIN raw.auctions a ON a.id = b.auction_id
WHERE b.bid_time < a.end_time;

CREATE INDEX bids_by_auction IN CLUSTER serving ON core.bids (auction_id);
CREATE DEFAULT INDEX IN CLUSTER serving ON core.bids;
