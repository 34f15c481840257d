CREATE VIEW core.recent AS
SELECT id, auction_id, amount FROM core.bids WHERE mz_now() <= bid_time + INTERVAL '30 days';
