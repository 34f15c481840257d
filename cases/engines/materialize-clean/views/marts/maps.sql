CREATE VIEW marts.maps AS
SELECT id, MAP['item' => item] AS m, LIST[amount, auction_id] AS l, (MAP['a' => item]) -> 'a' AS back
FROM core.bids;
