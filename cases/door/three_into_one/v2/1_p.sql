CREATE MATERIALIZED VIEW sub.p AS
SELECT shop_id, count(*) AS orders, sum(net) AS net FROM raw.orders GROUP BY shop_id;
