CREATE MATERIALIZED VIEW marts.a AS SELECT shop_id, sum(net) AS net FROM raw.orders GROUP BY shop_id;
