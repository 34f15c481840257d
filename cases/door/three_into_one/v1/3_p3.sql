CREATE MATERIALIZED VIEW sub.p3 AS
SELECT shop_id, sum(net) AS net FROM raw.orders WHERE id % 3 = 2 GROUP BY shop_id;
