CREATE MATERIALIZED VIEW sub.clean AS
SELECT id, shop_id, day, net, tax FROM raw.orders WHERE status = 'paid';
