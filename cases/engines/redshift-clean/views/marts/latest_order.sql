CREATE VIEW marts.latest_order AS
SELECT order_id, customer_id, amount, order_ts
FROM raw.orders
WHERE status <> 'test'
QUALIFY ROW_NUMBER() OVER (PARTITION BY customer_id ORDER BY order_ts DESC) = 1;
