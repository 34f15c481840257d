CREATE MATERIALIZED VIEW mv.customer_totals
DISTSTYLE ALL
AUTO REFRESH NO
AS
SELECT f.customer_id, COUNT(*) AS orders, SUM(f.net_amount) AS net, MIN(f.order_day) AS first_day, MAX(f.order_day) AS last_day
FROM mv.order_facts f
GROUP BY f.customer_id;
