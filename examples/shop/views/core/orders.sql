-- One row per order with its money: what was sold, what came in, what is still open.
-- This is the row that everybody means by "an order". Read by all marts.
-- dormer: refresh = { every = "5m" }
CREATE MATERIALIZED VIEW core.orders AS
WITH lines AS (
    SELECT
        i.order_id,
        count(*) AS line_count,
        sum(i.quantity) AS units,
        sum(i.gross) AS gross,
        sum(i.discount) AS discount
    FROM clean.order_items AS i
    GROUP BY i.order_id
),
money AS (
    SELECT
        p.order_id,
        sum(p.amount_cents) FILTER (WHERE p.kind = 'charge' AND p.status = 'settled') / 100.0 AS charged,
        sum(p.amount_cents) FILTER (WHERE p.kind = 'refund' AND p.status = 'settled') / 100.0 AS refunded,
        max(p.settled_at) FILTER (WHERE p.kind = 'charge') AS paid_at
    FROM raw.payments AS p
    GROUP BY p.order_id
)
SELECT
    o.order_id,
    o.customer_id,
    o.shop_id,
    o.shop_name,
    o.shop_country,
    o.channel,
    o.status,
    o.placed_at,
    o.order_day,
    coalesce(l.line_count, 0) AS line_count,
    coalesce(l.units, 0) AS units,
    coalesce(l.gross, 0)::numeric(14, 2) AS gross,
    coalesce(l.discount, 0)::numeric(14, 2) AS discount,
    (coalesce(l.gross, 0) - coalesce(l.discount, 0))::numeric(14, 2) AS net,
    coalesce(m.charged, 0)::numeric(14, 2) AS charged,
    coalesce(m.refunded, 0)::numeric(14, 2) AS refunded,
    m.paid_at
FROM clean.orders AS o
LEFT JOIN lines AS l ON l.order_id = o.order_id
LEFT JOIN money AS m ON m.order_id = o.order_id;

CREATE UNIQUE INDEX core_orders_key ON core.orders (order_id);
CREATE INDEX core_orders_day ON core.orders (order_day, shop_id);
CREATE INDEX core_orders_customer ON core.orders (customer_id, placed_at);

COMMENT ON MATERIALIZED VIEW core.orders IS 'One row per order with sales and payments';
COMMENT ON COLUMN core.orders.net IS 'Gross amount without discount, in euro';
COMMENT ON COLUMN core.orders.paid_at IS 'When the last charge was settled; null while nothing came in';
GRANT SELECT ON core.orders TO analyst, finance;

-- dormer: audit "net is never negative"
SELECT o.order_id, o.net
FROM core.orders AS o
WHERE o.net < 0;

-- dormer: audit "nobody gets back more than came in"
SELECT o.order_id, o.charged, o.refunded
FROM core.orders AS o
WHERE o.refunded > o.charged;
