CREATE MATERIALIZED VIEW sub.p2 AS
SELECT shop_id, sum(net) AS net FROM raw.orders WHERE id % 3 = 1 GROUP BY shop_id;
