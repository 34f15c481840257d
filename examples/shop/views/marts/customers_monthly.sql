-- Who comes back: customers per month of their registration and month of their order.
-- Holds counts only, so that everybody may read it.
CREATE MATERIALIZED VIEW marts.customers_monthly AS
SELECT
    co.registered_month,
    date_trunc('month', co.placed_at AT TIME ZONE 'UTC')::date AS order_month,
    co.country,
    count(DISTINCT co.customer_id) AS customers,
    count(DISTINCT co.customer_id) FILTER (WHERE co.first_order) AS new_customers,
    count(*) AS orders,
    sum(o.net) AS revenue,
    avg(co.days_since_previous)::numeric(8, 1) AS avg_days_between_orders
FROM core.customer_orders AS co
JOIN core.orders AS o ON o.order_id = co.order_id
GROUP BY co.registered_month, date_trunc('month', co.placed_at AT TIME ZONE 'UTC')::date, co.country;

CREATE UNIQUE INDEX customers_monthly_key ON marts.customers_monthly (registered_month, order_month, country);

COMMENT ON MATERIALIZED VIEW marts.customers_monthly IS 'Returning customers per month of registration';
GRANT SELECT ON marts.customers_monthly TO analyst, finance;

-- dormer: audit "new customers are customers"
SELECT m.registered_month, m.order_month, m.country
FROM marts.customers_monthly AS m
WHERE m.new_customers > m.customers OR m.customers > m.orders;
