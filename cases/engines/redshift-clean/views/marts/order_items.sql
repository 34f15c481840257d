CREATE VIEW marts.order_items AS
SELECT o.order_id, item.sku::varchar AS sku, item.qty::int AS qty, item.price.amount::numeric(18,2) AS price, idx AS line_no
FROM raw.orders AS o, o.items AS item AT idx
WITH NO SCHEMA BINDING;
