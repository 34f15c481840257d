-- Orders that count: drafts and test shops are left out, and the day is the day where the shop is.
-- dormer: refresh = { every = "5m" }
CREATE MATERIALIZED VIEW clean.orders AS
SELECT
    o.id AS order_id,
    o.customer_id,
    o.shop_id,
    s.name AS shop_name,
    s.country AS shop_country,
    o.status,
    o.placed_at,
    (o.placed_at AT TIME ZONE s.time_zone)::date AS order_day,
    coalesce(nullif(o.channel, ''), 'unknown') AS channel
FROM raw.orders AS o
JOIN raw.shops AS s ON s.id = o.shop_id
WHERE o.status <> 'draft'
  AND NOT s.is_test;

CREATE UNIQUE INDEX orders_key ON clean.orders (order_id);
CREATE INDEX orders_day ON clean.orders (order_day, shop_id);

COMMENT ON MATERIALIZED VIEW clean.orders IS 'Placed orders of real shops, with the local day (${stage})';
COMMENT ON COLUMN clean.orders.order_day IS 'Day at the place of the shop, not in UTC';
GRANT SELECT ON clean.orders TO analyst;

-- dormer: audit "no order is placed in the future"
SELECT o.order_id, o.placed_at
FROM clean.orders AS o
WHERE o.placed_at > now() + interval '1 hour';
