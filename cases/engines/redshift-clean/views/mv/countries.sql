CREATE MATERIALIZED VIEW mv.countries AS
SELECT c.country, SUM(o.amount) AS amount, COUNT(o.order_id) AS orders
FROM raw.orders o
JOIN raw.customers c ON c.customer_id = o.customer_id
GROUP BY c.country;
