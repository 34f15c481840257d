-- Larger bodies as people write them, several constructs at once.

-- case: mix_monthly_report
WITH months AS (
    SELECT generate_series(date_trunc('year', now()), now(), '1 month')::date AS month
),
sales AS (
    SELECT date_trunc('month', o.placed_at)::date AS month,
           c.country,
           sum(i.quantity * i.price * (1 - COALESCE(i.discount, 0) / 100)) AS gross,
           count(DISTINCT o.id) AS orders
    FROM shop.orders o
    JOIN shop.order_items i ON i.order_id = o.id
    LEFT JOIN shop.customers c ON c.id = o.customer_id
    WHERE o.status <> 'returned'
    GROUP BY 1, 2
)
SELECT m.month, s.country, COALESCE(s.gross, 0) AS gross, s.orders,
       sum(s.gross) OVER (PARTITION BY s.country ORDER BY m.month) AS running
FROM months m
LEFT JOIN sales s USING (month)
ORDER BY m.month, s.country NULLS LAST;

-- case: mix_latest_per_customer
SELECT c.id, c.name, last_order.total, last_order.placed_at, coalesce(pay.paid, 0) as paid
FROM shop.customers c
JOIN LATERAL (
  SELECT o.id, o.total, o.placed_at FROM shop.orders o
  WHERE o.customer_id = c.id ORDER BY o.placed_at DESC FETCH FIRST 1 ROW ONLY
) last_order ON true
LEFT JOIN LATERAL (
  SELECT sum(p.amount) AS paid FROM shop.payments p WHERE p.order_id = last_order.id
) pay ON true
WHERE NOT EXISTS (SELECT 1 FROM crm.customers x WHERE x.external_ref = c.ref AND x.segment = 'blocked');

-- case: mix_tree_totals
WITH RECURSIVE tree (root, id) AS (
    SELECT id, id FROM shop.categories
    UNION ALL
    SELECT t.root, c.id FROM tree t JOIN shop.categories c ON c.parent_id = t.id
), sold AS (
    SELECT p.category_id, sum(i.quantity) AS n
    FROM shop.products p JOIN shop.order_items i ON i.product_id = p.id
    GROUP BY p.category_id
)
SELECT g.name, sum(s.n) AS sold
FROM tree t
JOIN shop.categories g ON g.id = t.root
LEFT JOIN sold s ON s.category_id = t.id
GROUP BY g.id, g.name
HAVING sum(s.n) > (SELECT avg(n) FROM sold);

-- case: mix_pivot_by_filter
SELECT currency,
  count(*) FILTER (WHERE status = 'new') AS "New",
  count(*) FILTER (WHERE status = 'paid') AS "Paid",
  max(total) FILTER (WHERE EXISTS (SELECT 1 FROM shop.payments p WHERE p.order_id = o.id)) AS top_paid
FROM shop.orders o GROUP BY ROLLUP (currency) ORDER BY GROUPING(currency), currency;

-- case: mix_gaps_and_islands
SELECT sensor, min(at) AS started, max(at) AS ended, count(*) AS n FROM (
  SELECT sensor, at, sum(fresh) OVER (PARTITION BY sensor ORDER BY at) AS island FROM (
    SELECT sensor, at, CASE WHEN at - lag(at) OVER (PARTITION BY sensor ORDER BY at) > interval '5 min' THEN 1 ELSE 0 END AS fresh FROM shop.readings
  ) marked
) grouped GROUP BY sensor, island;

-- case: mix_union_of_sources
SELECT 'order' AS source, o.id::text AS key, o.placed_at AS at, to_jsonb(o) - 'meta' AS data FROM shop.orders o
UNION ALL
SELECT 'event', e.id::text, e.occurred_at, e.payload::jsonb FROM shop.events e WHERE e.kind <> ALL (ARRAY['ping', 'pong'])
UNION ALL
(SELECT 'contact', k.id::text, k.created_at, jsonb_build_object('phone', k.phone) FROM crm.contacts k ORDER BY k.created_at DESC LIMIT 100)
ORDER BY at DESC NULLS LAST, source;

-- case: mix_json_document
SELECT c.id, jsonb_build_object(
    'name', c.name,
    'city', (c.address).city,
    'orders', (SELECT jsonb_agg(jsonb_build_object('id', o.id, 'items', (
        SELECT jsonb_agg(to_jsonb(i) ORDER BY i.line_no) FROM shop.order_items i WHERE i.order_id = o.id)))
      FROM shop.orders o WHERE o.customer_id = c.id)
  ) AS document
FROM shop.customers c;

-- case: mix_bookings_overlap
SELECT a.room, a.guest, b.guest AS other, a.during * b.during AS clash, lower(a.seats * b.seats) AS seat
FROM shop.bookings AS a, shop.bookings AS b
WHERE a.room = b.room AND a.during && b.during AND (a.guest, a.valid_from) < (b.guest, b.valid_from)
  AND (a.valid_from, a.valid_to) OVERLAPS (b.valid_from, b.valid_to);

-- case: mix_shadowing_everywhere
WITH orders AS (SELECT id, amount AS total FROM payments),
     payments AS (SELECT id, total AS amount FROM orders)
SELECT p.id, p.amount,
       (WITH payments AS (SELECT total FROM shop.orders WHERE shop.orders.id = p.id) SELECT max(total) FROM payments) AS inner_total,
       (SELECT count(*) FROM shop.payments) AS all_payments
FROM payments AS p
JOIN orders AS o ON o.id = p.id
WHERE EXISTS (WITH orders AS (SELECT 1 FROM crm.invoices v WHERE v.order_id = o.id) TABLE orders);

-- case: mix_full_join_reconciliation
SELECT COALESCE(o.id, v.order_id) AS order_id, o.total, v."Total" AS invoiced, o.total IS DISTINCT FROM v."Total" AS differs
FROM (SELECT id, total FROM shop.orders WHERE currency = 'EUR') o
FULL JOIN (SELECT order_id, sum("Total") AS "Total" FROM crm.invoices GROUP BY order_id) v ON v.order_id = o.id
WHERE o IS NULL OR v IS NULL OR o.total <> v."Total";

-- case: mix_deep_nesting_of_parentheses
SELECT x.id FROM ((shop.orders AS x LEFT JOIN ((SELECT p.order_id FROM (shop.payments p CROSS JOIN public.settings AS s)) UNION (SELECT v.order_id FROM crm.invoices v)) AS u ON (u.order_id = x.id)) CROSS JOIN (VALUES ((SELECT (SELECT count(*) FROM ((SELECT * FROM shop.categories)) AS g)))) AS n (n)) WHERE ((x.total) > ALL ((SELECT (p.amount) FROM shop.payments AS p)));

-- case: mix_odd_schema_report
SELECT t."Odd Column" AS "Key", v."Select", string_agg(DISTINCT p.b, '; ' ORDER BY p.b) AS "All b;s", count(p."A") AS "count"
FROM "Odd Schema"."Odd Table" t
LEFT JOIN "Odd Schema"."Odd View" v ON v."Key" = t."Odd Column"
NATURAL LEFT JOIN (SELECT a AS "Odd Column", b, "A" FROM "Odd Schema".plain) AS p
GROUP BY t."Odd Column", v."Select" ORDER BY "Key";

-- case: mix_variants_by_values
SELECT o.id, f.kind, f.amount, row_number() OVER (PARTITION BY o.id ORDER BY f.amount DESC) AS place
FROM shop.orders o
CROSS JOIN LATERAL (VALUES ('net', shop.net(o.total)), ('gross', o.total), ('paid', (SELECT sum(amount) FROM shop.payments WHERE order_id = o.id))) AS f (kind, amount)
WHERE f.amount IS NOT NULL;

-- case: mix_employees_by_skill
select e.department, s.skill, count(*) as people, array_agg(e.name order by e.hired) filter (where e.salary > 1000) as senior
from only shop.employees as e cross join unnest(e.skills) with ordinality as s(skill, nr)
where s.nr <= 3 and e.id not in (select m.manager_id from shop.employees m where m.manager_id is not null)
group by grouping sets ((e.department, s.skill), (e.department), ())
having count(*) > 1
order by e.department nulls first, 3 desc
limit (select value::int from public.settings where key = 'top');

-- case: mix_distinct_on_over_union
SELECT DISTINCT ON (u.who) u.who, u.at, u.what
FROM (
  SELECT customer_id AS who, placed_at AS at, 'ordered' AS what FROM shop.orders
  UNION ALL
  SELECT o.customer_id, p.paid_at, p.method FROM shop.payments p JOIN shop.orders o ON o.id = p.order_id
) AS u
ORDER BY u.who, u.at DESC;

-- case: mix_view_on_views_with_aliases
SELECT s.name AS "Customer", s.gross AS "Gross", w.week, w.revenue - lag(w.revenue) OVER (ORDER BY w.week) AS delta
FROM shop.customer_summary s CROSS JOIN shop.weekly_sales w
WHERE s.orders > 0 AND w.currency = (SELECT value FROM settings WHERE key = 'currency');
