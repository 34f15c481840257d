CREATE MATERIALIZED VIEW marts.b AS SELECT shop_id, sum(net) AS net FROM raw.orders GROUP BY shop_id;
