-- One line per shop for its manager: the last day, the last 28 days, and the money that is still open.
CREATE VIEW bi.shop_status AS
WITH latest AS (
    SELECT max(d.order_day) AS day
    FROM marts.orders_daily AS d
),
figures AS (
    SELECT
        d.shop_id,
        d.shop_name,
        sum(d.orders) FILTER (WHERE d.order_day = l.day) AS orders_last_day,
        sum(d.revenue) FILTER (WHERE d.order_day = l.day) AS revenue_last_day,
        sum(d.orders) FILTER (WHERE d.order_day > l.day - 28) AS orders_28_days,
        sum(d.revenue) FILTER (WHERE d.order_day > l.day - 28) AS revenue_28_days
    FROM marts.orders_daily AS d
    CROSS JOIN latest AS l
    GROUP BY d.shop_id, d.shop_name
)
SELECT
    f.shop_id,
    f.shop_name,
    coalesce(f.orders_last_day, 0) AS orders_last_day,
    coalesce(f.revenue_last_day, 0) AS revenue_last_day,
    coalesce(f.orders_28_days, 0) AS orders_28_days,
    coalesce(f.revenue_28_days, 0) AS revenue_28_days,
    coalesce(p.orders, 0) AS unpaid_orders,
    coalesce(p.open_amount, 0) AS open_amount
FROM figures AS f
LEFT JOIN LATERAL (
    SELECT count(*) AS orders, sum(op.open_amount) AS open_amount
    FROM marts.open_payments AS op
    WHERE op.shop_id = f.shop_id
) AS p ON true;

COMMENT ON VIEW bi.shop_status IS 'One line per shop for its manager';
COMMENT ON COLUMN bi.shop_status.open_amount IS 'Sent and not paid, in euro';
GRANT SELECT ON bi.shop_status TO analyst, finance;
