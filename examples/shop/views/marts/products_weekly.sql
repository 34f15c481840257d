-- What sold how well, per week, with its rank inside the category. Read by the buyers.
-- dormer: tags = ["buying"]
CREATE MATERIALIZED VIEW marts.products_weekly AS
WITH weekly AS (
    SELECT
        date_trunc('week', s.order_day)::date AS week,
        s.product_id,
        s.sku,
        s.title,
        s.category,
        sum(s.quantity) AS units,
        sum(s.net) AS revenue,
        avg(s.below_list_price) AS avg_below_list_price
    FROM core.sales AS s
    GROUP BY date_trunc('week', s.order_day)::date, s.product_id, s.sku, s.title, s.category
)
SELECT
    w.week,
    w.product_id,
    w.sku,
    w.title,
    w.category,
    w.units,
    w.revenue,
    round(w.avg_below_list_price, 2) AS avg_below_list_price,
    rank() OVER (PARTITION BY w.week, w.category ORDER BY w.revenue DESC) AS rank_in_category,
    w.revenue - lag(w.revenue) OVER (PARTITION BY w.product_id ORDER BY w.week) AS revenue_change,
    sum(w.revenue) OVER (PARTITION BY w.product_id ORDER BY w.week ROWS BETWEEN 3 PRECEDING AND CURRENT ROW) AS revenue_4_weeks
FROM weekly AS w;

CREATE UNIQUE INDEX products_weekly_key ON marts.products_weekly (week, product_id);
CREATE INDEX products_weekly_rank ON marts.products_weekly (category, rank_in_category) WHERE rank_in_category <= 10;

COMMENT ON MATERIALIZED VIEW marts.products_weekly IS 'Products per week with their rank in the category';
COMMENT ON COLUMN marts.products_weekly.revenue_4_weeks IS 'Sum over this and the three rows before of the same product';
GRANT SELECT ON marts.products_weekly TO analyst;

-- dormer: audit "somebody leads in every category"
SELECT w.week, w.category
FROM marts.products_weekly AS w
GROUP BY w.week, w.category
HAVING min(w.rank_in_category) <> 1;
