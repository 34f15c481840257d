-- The ten best products of each category in the last full week. Shown on the screen in the office.
CREATE VIEW bi.best_sellers AS
WITH latest AS (
    SELECT max(w.week) AS week
    FROM marts.products_weekly AS w
    WHERE w.week < date_trunc('week', now())::date
)
SELECT
    w.category,
    w.rank_in_category,
    w.sku,
    w.title,
    w.units,
    w.revenue,
    w.revenue_change
FROM marts.products_weekly AS w
JOIN latest AS l ON l.week = w.week
WHERE w.rank_in_category <= 10;

COMMENT ON VIEW bi.best_sellers IS 'Ten best products of each category in the last full week';
GRANT SELECT ON bi.best_sellers TO analyst, finance;
