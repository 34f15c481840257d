CREATE MATERIALIZED VIEW mv.order_facts
BACKUP NO
DISTSTYLE KEY DISTKEY (customer_id)
COMPOUND SORTKEY (order_day, customer_id)
AUTO REFRESH YES
AS
SELECT
    o.order_id,
    o.customer_id,
    DATE_TRUNC('day', o.order_ts)::date AS order_day,
    NVL(o.status, 'unknown') AS status,
    DECODE(o.status, 'paid', o.amount, 'refunded', -o.amount, 0) AS net_amount,
    CONVERT_TIMEZONE('UTC', 'Europe/Berlin', o.order_ts) AS local_ts
FROM raw.orders o
WHERE o.order_ts >= '2020-01-01'::timestamp;

GRANT SELECT ON mv.order_facts TO GROUP analysts;
COMMENT ON VIEW mv.order_facts IS 'One row per order';
