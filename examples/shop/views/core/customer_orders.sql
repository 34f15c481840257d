-- Orders in the life of a customer: the first one, the gap to the one before.
-- Read by the marts about customers; names and mail addresses stay behind in clean.
-- dormer: tags = ["person"]
CREATE MATERIALIZED VIEW core.customer_orders AS
WITH placed AS (
    SELECT
        o.order_id,
        o.customer_id,
        o.placed_at,
        row_number() OVER life AS order_no,
        lag(o.placed_at) OVER life AS previous_at
    FROM clean.orders AS o
    WHERE o.status <> 'cancelled'
    WINDOW life AS (PARTITION BY o.customer_id ORDER BY o.placed_at, o.order_id)
)
SELECT
    p.order_id,
    p.customer_id,
    c.country,
    c.newsletter,
    date_trunc('month', c.registered_at AT TIME ZONE 'UTC')::date AS registered_month,
    p.placed_at,
    p.order_no,
    p.order_no = 1 AS first_order,
    extract(day FROM p.placed_at - p.previous_at)::integer AS days_since_previous
FROM placed AS p
JOIN clean.customers AS c ON c.customer_id = p.customer_id;

CREATE UNIQUE INDEX customer_orders_key ON core.customer_orders (order_id);
CREATE UNIQUE INDEX customer_orders_no ON core.customer_orders (customer_id, order_no);

COMMENT ON MATERIALIZED VIEW core.customer_orders IS 'Orders in the life of a customer';
COMMENT ON COLUMN core.customer_orders.order_no IS 'First order is 1; cancelled orders do not count';
GRANT SELECT ON core.customer_orders TO analyst;

-- dormer: audit "a customer has one first order"
SELECT co.customer_id
FROM core.customer_orders AS co
GROUP BY co.customer_id
HAVING count(*) FILTER (WHERE co.first_order) <> 1;
