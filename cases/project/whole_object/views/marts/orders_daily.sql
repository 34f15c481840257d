-- Daily revenue per shop. Read by the finance dashboard.
-- dormer: refresh = { every = "5m" }
-- dormer: tags = ["finance", "daily"]
CREATE MATERIALIZED VIEW marts.orders_daily AS
SELECT day, shop_id, sum(net) AS revenue
FROM sub.orders_clean
GROUP BY day, shop_id;

CREATE UNIQUE INDEX orders_daily_key ON marts.orders_daily (day, shop_id);
COMMENT ON MATERIALIZED VIEW marts.orders_daily IS 'Revenue per shop and day, net of the shop''s discounts';
COMMENT ON COLUMN marts.orders_daily.revenue IS E'Net\nrevenue';
GRANT SELECT ON marts.orders_daily TO finance, "Board";
GRANT SELECT (day, revenue) ON TABLE marts.orders_daily TO reporting;
ALTER MATERIALIZED VIEW marts.orders_daily OWNER TO shop_owner;

-- dormer: audit "revenue is never negative"
SELECT * FROM marts.orders_daily WHERE revenue < 0;
