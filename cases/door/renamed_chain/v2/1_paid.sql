CREATE MATERIALIZED VIEW sub.paid AS
SELECT id, shop_id, day, net FROM raw.orders WHERE status = 'paid';
