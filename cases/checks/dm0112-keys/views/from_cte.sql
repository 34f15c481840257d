CREATE MATERIALIZED VIEW marts.from_cte AS
WITH c AS (SELECT day AS month FROM raw.orders) SELECT date_trunc('month', month) AS month, count(*) AS n FROM c GROUP BY month;
