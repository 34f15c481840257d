CREATE MATERIALIZED VIEW marts.by_shop AS
SELECT shop_id AS shop, sum(net) AS net FROM sub.clean GROUP BY 1;
CREATE INDEX by_shop_key ON marts.by_shop (shop);
