-- Long analytics: cohorts, funnels, ledgers, gaps, moving figures, documents and trees.

-- case: analytics_cohort_retention
WITH first_orders AS (
    SELECT o.customer_id, min(date_trunc('month', o.placed_at))::date AS cohort_month
    FROM shop.orders o
    WHERE o.status <> 'returned'
    GROUP BY o.customer_id
), activity AS (
    SELECT DISTINCT o.customer_id, date_trunc('month', o.placed_at)::date AS active_month
    FROM shop.orders o
), cohort_size AS (
    SELECT cohort_month, count(*) AS customers FROM first_orders GROUP BY cohort_month
), retention AS (
    SELECT f.cohort_month,
           (extract(year FROM age(a.active_month, f.cohort_month)) * 12 + extract(month FROM age(a.active_month, f.cohort_month)))::int AS month_no,
           count(DISTINCT a.customer_id) AS active
    FROM first_orders f
    JOIN activity a USING (customer_id)
    WHERE a.active_month >= f.cohort_month
    GROUP BY 1, 2
)
SELECT r.cohort_month, s.customers, r.month_no, r.active,
       round(100.0 * r.active / nullif(s.customers, 0), 1) AS pct,
       first_value(r.active) OVER (PARTITION BY r.cohort_month ORDER BY r.month_no) AS base,
       r.active - lag(r.active, 1, 0::bigint) OVER (PARTITION BY r.cohort_month ORDER BY r.month_no) AS delta
FROM retention r
JOIN cohort_size s ON s.cohort_month = r.cohort_month
ORDER BY r.cohort_month, r.month_no

-- case: analytics_funnel
WITH steps AS (
    SELECT e.actor,
           min(e.occurred_at) FILTER (WHERE e.kind = 'visit') AS visit_at,
           min(e.occurred_at) FILTER (WHERE e.kind = 'cart' AND e.payload ->> 'sku' IS NOT NULL) AS cart_at,
           min(e.occurred_at) FILTER (WHERE e.kind = 'buy') AS buy_at
    FROM shop.events e
    WHERE e.occurred_at >= now() - interval '30 days'
    GROUP BY e.actor
)
SELECT count(*) AS visitors,
       count(cart_at) FILTER (WHERE cart_at > visit_at) AS carts,
       count(buy_at) FILTER (WHERE buy_at > cart_at AND cart_at > visit_at) AS buyers,
       percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY extract(epoch FROM buy_at - visit_at)) AS seconds_to_buy
FROM steps WHERE visit_at IS NOT NULL

-- case: analytics_running_ledger
SELECT p.order_id, p.paid_at, p.amount,
       sum(p.amount) OVER running AS balance,
       sum(p.amount) OVER (running RANGE BETWEEN interval '7 days' PRECEDING AND CURRENT ROW) AS week,
       avg(p.amount) OVER (PARTITION BY p.method ORDER BY p.paid_at ROWS BETWEEN 3 PRECEDING AND 1 PRECEDING EXCLUDE CURRENT ROW) AS before,
       nth_value(p.amount, 2) OVER (PARTITION BY p.order_id ORDER BY p.paid_at ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS second,
       ntile(4) OVER (ORDER BY p.amount) AS quartile,
       cume_dist() OVER (ORDER BY p.amount) AS share,
       (SELECT o.total FROM shop.orders o WHERE o.id = p.order_id) - sum(p.amount) OVER running AS open
FROM shop.payments p
WINDOW running AS (PARTITION BY p.order_id ORDER BY p.paid_at)

-- case: analytics_gaps_filled
SELECT cal.day::date AS day, k.currency, coalesce(s.revenue, 0) AS revenue,
       sum(coalesce(s.revenue, 0)) OVER (PARTITION BY k.currency ORDER BY cal.day ROWS 6 PRECEDING) AS rolling_7
FROM generate_series((SELECT min(day) FROM shop.daily_sales), current_date, interval '1 day') AS cal (day)
CROSS JOIN (SELECT DISTINCT currency FROM shop.daily_sales) AS k
LEFT JOIN shop.daily_sales AS s ON s.day = cal.day::date AND s.currency IS NOT DISTINCT FROM k.currency

-- case: analytics_last_value_ignore_null_emulation
SELECT sensor, at, value, first_value(value) OVER (PARTITION BY sensor, grp ORDER BY at) AS filled
FROM (SELECT sensor, at, value, count(value) OVER (PARTITION BY sensor ORDER BY at) AS grp FROM shop.readings) t

-- case: analytics_rfm
WITH rfm AS (
    SELECT c.id, c.name, current_date - max(o.placed_at)::date AS recency, count(o.id) AS frequency, sum(o.total) AS monetary
    FROM shop.customers c JOIN shop.orders o ON o.customer_id = c.id GROUP BY c.id
), scored AS (
    SELECT rfm.*, ntile(5) OVER (ORDER BY recency DESC) AS r, ntile(5) OVER (ORDER BY frequency) AS f, ntile(5) OVER (ORDER BY monetary) AS m FROM rfm
)
SELECT id, name, r || '' || f || '' || m AS cell,
       CASE WHEN r >= 4 AND f >= 4 THEN 'champion' WHEN r <= 2 AND m >= 4 THEN 'at risk' ELSE 'other' END AS segment
FROM scored

-- case: analytics_abc
SELECT q.sku, q.revenue, q.running / q.whole AS share, CASE WHEN q.running <= 0.8 * q.whole THEN 'A' ELSE 'B' END AS class
FROM (
    SELECT p.sku, sum(i.quantity * i.price) AS revenue,
           sum(sum(i.quantity * i.price)) OVER (ORDER BY sum(i.quantity * i.price) DESC, p.sku) AS running,
           sum(sum(i.quantity * i.price)) OVER () AS whole
    FROM shop.products p JOIN shop.order_items i ON i.product_id = p.id
    GROUP BY p.sku
) q

-- case: analytics_market_basket
SELECT least(a.product_id, b.product_id) AS one, greatest(a.product_id, b.product_id) AS other, count(DISTINCT a.order_id) AS together,
       count(DISTINCT a.order_id)::numeric / (SELECT count(*) FROM shop.orders) AS support
FROM shop.order_items a JOIN shop.order_items b ON a.order_id = b.order_id AND a.product_id < b.product_id
GROUP BY 1, 2 HAVING count(DISTINCT a.order_id) > (SELECT avg(n) FROM (SELECT count(*) AS n FROM shop.order_items GROUP BY product_id) z)

-- case: analytics_cube_with_labels
SELECT CASE GROUPING(c.country) WHEN 1 THEN 'all' ELSE coalesce(c.country, '?') END AS country,
       CASE WHEN GROUPING(o.currency) = 1 THEN 'all' ELSE o.currency END AS currency,
       GROUPING(c.country, o.currency) AS level, sum(o.total) AS total
FROM shop.orders o LEFT JOIN shop.customers c ON c.id = o.customer_id
GROUP BY CUBE (c.country, o.currency) HAVING GROUPING(c.country) = 1 OR sum(o.total) > 0

-- case: analytics_year_over_year_self_join
WITH m AS (SELECT date_trunc('month', s.day) AS month, sum(revenue) AS revenue FROM shop.daily_sales s GROUP BY 1)
SELECT cur.month, cur.revenue, prev.revenue AS last_year, cur.revenue / nullif(prev.revenue, 0) - 1 AS growth
FROM m cur LEFT JOIN m prev ON prev.month = cur.month - interval '1 year'

-- case: analytics_scd_as_of_join
SELECT o.id, b.guest, b.valid_from FROM shop.orders o LEFT JOIN LATERAL (SELECT * FROM shop.bookings k WHERE k.valid_from <= o.placed_at::date AND (k.valid_to IS NULL OR k.valid_to > o.placed_at::date) ORDER BY k.valid_from DESC LIMIT 1) b ON true

-- case: analytics_islands_of_ranges
SELECT room, min(valid_from) AS from_day, max(valid_to) AS to_day, count(*) AS n FROM (
    SELECT *, count(*) FILTER (WHERE starts_new) OVER (PARTITION BY room ORDER BY valid_from, valid_to) AS island FROM (
        SELECT *, valid_from > max(valid_to) OVER (PARTITION BY room ORDER BY valid_from, valid_to ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) IS NOT FALSE AS starts_new
        FROM shop.bookings
    ) a
) b GROUP BY room, island

-- case: analytics_json_document_tree
SELECT jsonb_build_object(
    'customer', jsonb_build_object('id', c.id, 'name', c.name, 'city', (c.address).city),
    'orders', coalesce((
        SELECT jsonb_agg(jsonb_build_object('id', o.id, 'items', (
            SELECT jsonb_object_agg(i.line_no, jsonb_build_array(p.sku, i.quantity) ORDER BY i.line_no)
            FROM shop.order_items i JOIN shop.products p ON p.id = i.product_id WHERE i.order_id = o.id
        )) ORDER BY o.placed_at DESC) FILTER (WHERE o.id IS NOT NULL)
        FROM shop.orders o WHERE o.customer_id = c.id
    ), '[]'::jsonb),
    'prefs', c.prefs #> '{mail,weekly}' ,
    'old', c.prefs - ARRAY['a', 'b']
) AS document
FROM shop.customers c WHERE c.prefs @? '$.mail ? (@.weekly == true)' AND c.prefs ? 'mail' AND NOT c.prefs ?| ARRAY['x']

-- case: analytics_json_explode_levels
SELECT o.id, item.value ->> 'sku' AS sku, opt.key, opt.value AS opt_value, item.ordinality AS nr
FROM shop.orders o
CROSS JOIN LATERAL jsonb_array_elements(o.meta -> 'items') WITH ORDINALITY AS item (value, ordinality)
LEFT JOIN LATERAL jsonb_each_text(item.value -> 'options') AS opt ON opt.key <> 'x'
WHERE jsonb_typeof(o.meta -> 'items') = 'array'

-- case: analytics_json_recordset_typed
SELECT o.id, r.sku, r.qty * r.price AS line FROM shop.orders o, jsonb_to_recordset(o.meta -> 'lines') AS r (sku text, qty int, price numeric) WHERE r.qty > 0

-- case: analytics_json_path_and_merge
SELECT jsonb_path_query_array(attributes, '$.tags[*] ? (@ starts with $p)', jsonb_build_object('p', name)) AS tags, attributes || jsonb_build_object('price', price) || to_jsonb(p) AS merged, jsonb_set(attributes, ARRAY['unit', "Unit"], to_jsonb(sku), true) AS s FROM shop.products p

-- case: analytics_jsonb_subscripts_long
-- since: 14
SELECT o.meta['items'][0]['sku'] AS sku, (o.meta['items'] -> o.customer_id)['x'] AS picked FROM shop.orders o WHERE o.meta['channel'] = '"web"'

-- case: analytics_tree_rollup
WITH RECURSIVE tree (id, root, depth, path, label) AS (
    SELECT c.id, c.id, 0, ARRAY[c.id], c.name::text FROM shop.categories c WHERE c.parent_id IS NULL
    UNION ALL
    SELECT k.id, t.root, t.depth + 1, t.path || k.id, t.label || ' > ' || k.name
    FROM shop.categories k JOIN tree t ON t.id = k.parent_id
    WHERE NOT k.id = ANY (t.path) AND t.depth < 20
), sold AS (
    SELECT p.category_id, sum(i.quantity) AS pieces FROM shop.products p JOIN shop.order_items i ON i.product_id = p.id GROUP BY p.category_id
)
SELECT t.root, max(t.label) FILTER (WHERE t.depth = 0) AS root_label, sum(s.pieces) AS pieces, max(t.depth) AS depth
FROM tree t LEFT JOIN sold s ON s.category_id = t.id GROUP BY t.root

-- case: analytics_org_chart
WITH RECURSIVE up AS (
    SELECT e.id AS start, e.manager_id, 1 AS lvl, e.salary FROM shop.employees e
    UNION ALL
    SELECT up.start, m.manager_id, lvl + 1, m.salary FROM up JOIN shop.employees m ON m.id = up.manager_id
), top AS (SELECT DISTINCT ON (start) start, lvl FROM up ORDER BY start, lvl DESC)
SELECT e.name, top.lvl, (SELECT string_agg(s.name, ', ' ORDER BY s.name) FROM shop.employees s WHERE s.manager_id = e.id) AS reports
FROM top JOIN shop.employees e ON e.id = top.start

-- case: analytics_graph_search_both_ways
WITH RECURSIVE edges AS (
    SELECT id AS a, parent_id AS b FROM shop.categories WHERE parent_id IS NOT NULL
    UNION ALL SELECT parent_id, id FROM shop.categories WHERE parent_id IS NOT NULL
), walk AS (
    SELECT a, b, ARRAY[a] AS seen FROM edges WHERE a = 1
    UNION ALL
    SELECT w.a, e.b, w.seen || e.a FROM walk w, LATERAL (SELECT * FROM edges e WHERE e.a = w.b AND e.b <> ALL (w.seen)) e
)
SELECT a, b, cardinality(seen) AS hops FROM walk

-- case: analytics_recursive_calendar_and_series
WITH RECURSIVE days AS (SELECT date '2024-01-01' AS d UNION ALL SELECT (d + 1)::date FROM days WHERE d < (SELECT max(shipped_on) FROM shop.orders)), w AS (SELECT d, extract(isodow FROM d) IN (6, 7) AS weekend FROM days)
SELECT w.d, count(o.id) AS n FROM w LEFT JOIN shop.orders o ON o.shipped_on = w.d AND NOT weekend GROUP BY w.d

-- case: analytics_recursive_two_ctes_and_union_of_three
WITH RECURSIVE a AS (SELECT id, parent_id FROM shop.categories), r AS (SELECT id, 1 AS n FROM a WHERE parent_id IS NULL UNION (SELECT a.id, r.n + 1 FROM a JOIN r ON a.parent_id = r.id)), z AS (SELECT r.id FROM r UNION SELECT x.id FROM (SELECT id FROM shop.products) x)
SELECT z.id, (SELECT max(n) FROM r) AS deepest FROM z

-- case: analytics_full_reconciliation
SELECT coalesce(o.id, i.order_id, p.order_id) AS order_id, o.total, i.s AS items, p.s AS paid,
       CASE WHEN o.id IS NULL THEN 'orphan' WHEN o.total IS DISTINCT FROM i.s THEN 'differs' ELSE 'ok' END AS verdict
FROM shop.orders o
FULL JOIN (SELECT order_id, sum(price * quantity) AS s FROM shop.order_items GROUP BY order_id) i ON i.order_id = o.id
FULL JOIN (SELECT order_id, sum(amount) AS s FROM shop.payments GROUP BY order_id) p ON p.order_id = coalesce(o.id, i.order_id)

-- case: analytics_text_search_rank
SELECT p.id, ts_rank_cd(to_tsvector('english', coalesce(p.name, '')), q) AS rank, ts_headline('english', p.name, q) AS head FROM shop.products p, websearch_to_tsquery('english', 'red shoe') AS q WHERE to_tsvector('english', coalesce(p.name, '')) @@ q ORDER BY rank DESC

-- case: analytics_array_overlap_and_unnest_group
SELECT tag, count(*) AS n, array_agg(DISTINCT c.country) FILTER (WHERE c.country IS NOT NULL) AS countries FROM shop.customers c CROSS JOIN unnest(c.tags) AS tag WHERE c.tags && ARRAY['a', 'b'] AND tag NOT IN (SELECT unnest(o.tags) FROM shop.orders o) GROUP BY tag

-- case: analytics_nested_aggregate_windows_over_join_using
SELECT order_id, product_id, sum(quantity) AS q, rank() OVER (PARTITION BY order_id ORDER BY sum(quantity) DESC, max(amount)) AS r FROM shop.order_items LEFT JOIN shop.payments USING (order_id) GROUP BY order_id, product_id

-- case: analytics_intersect_except_chain
SELECT id FROM shop.customers EXCEPT (SELECT customer_id FROM shop.orders WHERE status = 'returned' INTERSECT SELECT o.customer_id FROM shop.orders o JOIN shop.payments p ON p.order_id = o.id) UNION ALL SELECT customer_id FROM crm.contacts ORDER BY 1 LIMIT 10

-- case: analytics_distinct_count_over_values_weights
SELECT c.country, sum(o.total * w.factor) AS weighted FROM shop.orders o JOIN shop.customers c ON c.id = o.customer_id JOIN (VALUES ('EUR', 1.0), ('USD', (SELECT avg(score) FROM shop.customers))) AS w (code, factor) ON w.code = o.currency GROUP BY ROLLUP (c.country)

-- case: analytics_percent_of_parent
SELECT department, name, salary, round(100 * salary / sum(salary) OVER (PARTITION BY department), 1) AS pct, salary - avg(salary) OVER d AS diff, dense_rank() OVER (d ORDER BY salary DESC) AS rnk, hired = min(hired) OVER d AS eldest FROM shop.employees WINDOW d AS (PARTITION BY department)

-- case: analytics_histogram
SELECT width_bucket(total, lo, hi, 10) AS bucket, numrange(min(total), max(total), '[]') AS span, count(*) AS n, repeat('x', (count(*)::float / max(count(*)) OVER () * 30)::int) AS bar FROM shop.orders, (SELECT min(total) AS lo, max(total) + 1 AS hi FROM shop.orders) stats GROUP BY bucket ORDER BY bucket

-- case: analytics_moving_distinct_customers
SELECT d.day, (SELECT count(DISTINCT o.customer_id) FROM shop.orders o WHERE o.placed_at::date BETWEEN d.day - 6 AND d.day) AS wau FROM (SELECT DISTINCT day FROM shop.daily_sales) d

-- case: analytics_conditional_first_touch
SELECT DISTINCT o.customer_id, first_value(o.meta ->> 'channel') OVER w AS first_channel, last_value(o.meta ->> 'channel') OVER (w ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS last_channel FROM shop.orders o WINDOW w AS (PARTITION BY o.customer_id ORDER BY o.placed_at)

-- case: analytics_spatial_like_grid
SELECT sensor, g.i AS row_no, h.j AS col_no, grid[g.i][h.j] AS cell FROM shop.readings, generate_subscripts(grid, 1) AS g (i), generate_subscripts(grid, 2) AS h (j)

-- case: analytics_bit_flags
SELECT sensor, flag, (flags & (1::bit(8) << flag)) <> 0::bit(8) AS isset, get_bit(flags, flag) AS raw_bit, encode(raw, 'hex') AS hexed FROM shop.readings CROSS JOIN generate_series(0, 7) AS flag

-- case: analytics_shipment_composites
SELECT s.id, ((s.parcel).size).w * ((s.parcel).size).h AS area, (s.parcel)."Label Text" AS label, (s.stops[1]).city AS first_stop, (s.destination).country = (c.address).country AS domestic FROM shop.shipments s JOIN shop.orders o ON o.id = s.order_id JOIN shop.customers c ON c.id = o.customer_id WHERE (s.destination).zip IS NOT NULL

-- case: analytics_merge_of_views
WITH s AS (SELECT customer_id, name, gross FROM shop.customer_summary), w AS (SELECT week, sum(revenue) AS r FROM shop.weekly_sales GROUP BY week) SELECT s.name, s.gross / nullif((SELECT sum(r) FROM w), 0) AS share, b.phone FROM s LEFT JOIN crm.phone_book b ON b.name = s.name

-- case: analytics_case_heavy_buckets
SELECT CASE WHEN age < interval '1 day' THEN '0-1' WHEN age BETWEEN interval '1 day' AND interval '7 days' THEN '1-7' ELSE '7+' END AS bucket, CASE status WHEN 'new' THEN total ELSE 0 END AS fresh, sum(CASE WHEN note ~* 'gift' THEN 1 END) OVER (PARTITION BY CASE WHEN age < interval '1 day' THEN 1 ELSE 2 END) AS gifts FROM (SELECT o.*, now() - o.placed_at AS age FROM shop.orders o) aged

-- case: analytics_lateral_chain_of_expressions
SELECT o.id, b.net, c.tax, d.label FROM shop.orders o CROSS JOIN LATERAL (SELECT shop.net(o.total) AS net) b CROSS JOIN LATERAL (SELECT o.total - b.net AS tax) c CROSS JOIN LATERAL (VALUES (CASE WHEN c.tax > 10 THEN o.currency END)) d (label)

-- case: analytics_top_n_per_group_three_ways
SELECT c.country, t.id, t.total, r.rn FROM (SELECT DISTINCT country FROM shop.customers) c CROSS JOIN LATERAL (SELECT o.id, o.total FROM shop.orders o JOIN shop.customers k ON k.id = o.customer_id WHERE k.country = c.country ORDER BY o.total DESC FETCH FIRST 3 ROWS WITH TIES) t JOIN (SELECT id, row_number() OVER (ORDER BY total) AS rn FROM shop.orders) r ON r.id = t.id AND r.rn <= ALL (SELECT 10)

-- case: analytics_materialized_hints
WITH big AS MATERIALIZED (SELECT * FROM shop.orders WHERE total > 100), small AS NOT MATERIALIZED (SELECT id, name FROM shop.customers) SELECT small.name, big.total FROM big JOIN small ON small.id = big.customer_id
