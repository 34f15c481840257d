CREATE MATERIALIZED VIEW marts.cte_plain AS
WITH c AS (SELECT day, net FROM raw.orders) SELECT c.day AS "Day", sum(net) AS net FROM c GROUP BY c.day;
