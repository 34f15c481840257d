-- Daily revenue per shop.
-- dormer: refresh = { every = "5m" }
CREATE MATERIALIZED VIEW marts.orders_daily AS
WITH paid AS (SELECT o.*, 'it''s' AS note FROM sub.orders AS o WHERE state = E'pa\'id')
SELECT day, shop_id, sum(net) FILTER (WHERE net > 0) AS revenue, count(*) OVER w AS n
FROM paid LEFT JOIN LATERAL (SELECT 1 FROM "Shops" s WHERE s.id = paid.shop_id) x ON true
GROUP BY ROLLUP (day, shop_id)
HAVING sum(net) > (SELECT avg(v) FROM raw."a;b")
WINDOW w AS (PARTITION BY day ORDER BY 2 DESC NULLS LAST);

CREATE UNIQUE INDEX orders_daily_key ON marts.orders_daily (day, shop_id);
COMMENT ON MATERIALIZED VIEW marts.orders_daily IS 'Revenue; per shop';
GRANT SELECT ON marts.orders_daily TO finance;
