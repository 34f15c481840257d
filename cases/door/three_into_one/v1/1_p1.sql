CREATE MATERIALIZED VIEW sub.p1 AS
SELECT shop_id, sum(net) AS net FROM raw.orders WHERE id % 3 = 0 GROUP BY shop_id;
