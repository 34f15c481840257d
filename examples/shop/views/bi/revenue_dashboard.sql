-- The first page of the finance dashboard: revenue per week and shop beside the four weeks before.
-- dormer: refresh = { every = "5m" }
-- dormer: tags = ["dashboard"]
CREATE MATERIALIZED VIEW bi.revenue_dashboard AS
WITH weekly AS (
    SELECT
        date_trunc('week', d.order_day)::date AS week,
        d.shop_id,
        d.shop_name,
        d.shop_country,
        sum(d.orders) AS orders,
        sum(d.revenue) AS revenue,
        sum(d.cash) AS cash
    FROM marts.orders_daily AS d
    GROUP BY date_trunc('week', d.order_day)::date, d.shop_id, d.shop_name, d.shop_country
)
SELECT
    w.week,
    w.shop_id,
    w.shop_name,
    w.shop_country,
    w.orders,
    w.revenue,
    w.cash,
    avg(w.revenue) OVER before::numeric(14, 2) AS revenue_before,
    round(100 * w.revenue / nullif(sum(w.revenue) OVER (PARTITION BY w.week), 0), 1) AS share_percent,
    '${stage}' AS stage
FROM weekly AS w
WINDOW before AS (PARTITION BY w.shop_id ORDER BY w.week ROWS BETWEEN 4 PRECEDING AND 1 PRECEDING);

CREATE UNIQUE INDEX revenue_dashboard_key ON bi.revenue_dashboard (week, shop_id);

COMMENT ON MATERIALIZED VIEW bi.revenue_dashboard IS 'Revenue per week and shop, first page of the finance dashboard';
COMMENT ON COLUMN bi.revenue_dashboard.revenue_before IS 'Mean of the four weeks before; null in the first week';
GRANT SELECT ON bi.revenue_dashboard TO finance;

-- dormer: audit "the shares of a week add up"
SELECT r.week, sum(r.share_percent) AS percent
FROM bi.revenue_dashboard AS r
GROUP BY r.week
HAVING abs(sum(r.share_percent) - 100) > 1;
