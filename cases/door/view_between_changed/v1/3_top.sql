CREATE MATERIALIZED VIEW marts.top AS
SELECT shop_id, sum(net) AS net FROM sub.between GROUP BY shop_id;
