CREATE MATERIALIZED VIEW sub.clean AS
SELECT id, shop_id, day, net FROM raw.orders WHERE status = 'paid';
