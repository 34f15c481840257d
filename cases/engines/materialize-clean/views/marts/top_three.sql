CREATE MATERIALIZED VIEW marts.top_three IN CLUSTER compute AS
SELECT g.auction_id, t.id, t.amount
FROM (SELECT DISTINCT auction_id FROM core.bids) AS g,
    LATERAL (
        SELECT id, amount FROM core.bids b WHERE b.auction_id = g.auction_id ORDER BY amount DESC LIMIT 3
    ) AS t;
