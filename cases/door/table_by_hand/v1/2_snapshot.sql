CREATE TABLE marts.snapshot AS
SELECT shop_id, sum(net) AS net FROM sub.clean GROUP BY shop_id;
CREATE INDEX snapshot_shop ON marts.snapshot (shop_id);
