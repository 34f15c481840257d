CREATE MATERIALIZED VIEW sub.clean AS
SELECT id, shop_id, day, net, tax FROM raw.orders AS orders WHERE status = CAST('paid' AS text);
