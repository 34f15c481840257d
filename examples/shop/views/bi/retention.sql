-- Share of the customers of a month who order again, for the monthly letter to the owners.
-- dormer: tags = ["dashboard"]
CREATE MATERIALIZED VIEW bi.retention AS
WITH months AS (
    SELECT
        m.registered_month,
        m.order_month,
        sum(m.customers) AS customers,
        sum(m.revenue) AS revenue
    FROM marts.customers_monthly AS m
    GROUP BY m.registered_month, m.order_month
)
SELECT
    mo.registered_month,
    mo.order_month,
    (extract(year FROM age(mo.order_month, mo.registered_month)) * 12
        + extract(month FROM age(mo.order_month, mo.registered_month)))::integer AS months_since,
    mo.customers,
    max(mo.customers) OVER cohort AS best_month,
    round(100.0 * mo.customers / max(mo.customers) OVER cohort, 1) AS percent_of_best,
    sum(mo.revenue) OVER (cohort ORDER BY mo.order_month) AS revenue_so_far
FROM months AS mo
WINDOW cohort AS (PARTITION BY mo.registered_month);

CREATE UNIQUE INDEX retention_key ON bi.retention (registered_month, order_month);

COMMENT ON MATERIALIZED VIEW bi.retention IS 'Returning customers per month of registration, in percent of the best month';
GRANT SELECT ON bi.retention TO finance, analyst;

-- dormer: audit "no share is above one hundred"
SELECT r.registered_month, r.order_month
FROM bi.retention AS r
WHERE r.percent_of_best > 100;

-- dormer: audit "nobody orders before the registration"
SELECT r.registered_month, r.order_month
FROM bi.retention AS r
WHERE r.months_since < 0;
