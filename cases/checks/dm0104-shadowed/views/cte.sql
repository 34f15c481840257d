CREATE VIEW marts.cte AS WITH orders AS (SELECT id FROM sub.orders) SELECT o.net FROM orders o;
