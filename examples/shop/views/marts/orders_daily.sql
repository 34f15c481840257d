-- Revenue per shop and day. Read by the finance dashboard and by the weekly figures.
-- dormer: refresh = { every = "5m" }
CREATE MATERIALIZED VIEW marts.orders_daily AS
SELECT
    o.order_day,
    o.shop_id,
    o.shop_name,
    o.shop_country,
    count(*) FILTER (WHERE o.status <> 'cancelled') AS orders,
    count(*) FILTER (WHERE o.status = 'cancelled') AS cancelled,
    count(*) FILTER (WHERE o.channel = 'web') AS web_orders,
    coalesce(sum(o.gross) FILTER (WHERE o.status <> 'cancelled'), 0) AS gross,
    coalesce(sum(o.net) FILTER (WHERE o.status <> 'cancelled'), 0) AS revenue,
    sum(o.charged - o.refunded) AS cash,
    percentile_cont(0.5) WITHIN GROUP (ORDER BY o.net) AS median_net
FROM core.orders AS o
GROUP BY o.order_day, o.shop_id, o.shop_name, o.shop_country;

CREATE UNIQUE INDEX orders_daily_key ON marts.orders_daily (order_day, shop_id);

COMMENT ON MATERIALIZED VIEW marts.orders_daily IS 'Revenue per shop and day';
COMMENT ON COLUMN marts.orders_daily.revenue IS 'Net amount of orders that were not cancelled';
COMMENT ON COLUMN marts.orders_daily.cash IS 'Settled charges minus settled refunds, whatever became of the order';
GRANT SELECT ON marts.orders_daily TO finance, analyst;

-- dormer: audit "revenue is never above gross"
SELECT d.order_day, d.shop_id, d.gross, d.revenue
FROM marts.orders_daily AS d
WHERE d.revenue > d.gross;

-- dormer: audit "every order is in the figures once"
SELECT d.orders, o.orders AS expected
FROM (SELECT sum(m.orders + m.cancelled) AS orders FROM marts.orders_daily AS m) AS d
CROSS JOIN (SELECT count(*) AS orders FROM core.orders AS c) AS o
WHERE d.orders IS DISTINCT FROM o.orders;
