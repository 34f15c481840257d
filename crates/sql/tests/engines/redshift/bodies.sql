-- Amazon Redshift: bodies with what PostgreSQL does not have.

-- case: top_n
-- kind: view
-- name: bi.best
-- reads: marts.products
-- outputs: sku, revenue
CREATE VIEW bi.best AS SELECT TOP 10 sku, revenue FROM marts.products ORDER BY revenue DESC;

-- case: top_in_subquery
-- kind: query
-- reads: marts.products, marts.returns
SELECT p.sku FROM (SELECT TOP 5 sku FROM marts.products) p, marts.returns r WHERE r.sku = p.sku;

-- case: column_named_top
-- kind: query
-- reads: t
-- outputs: top, x
SELECT "top", x FROM t;

-- case: super_unnest_in_from
-- kind: materialized-view
-- name: clean.order_items
-- reads: src.customers
-- outputs: id, sku, qty
CREATE MATERIALIZED VIEW clean.order_items AS
SELECT c.id, i.sku, i.qty
FROM src.customers c, c.orders o, o.items i
WHERE i.qty > 0;

-- case: super_alias_hides_schema
-- kind: query
-- reads: s.orders
SELECT i.sku FROM s.orders s, s.items i;

-- case: super_dotted_paths_and_subscripts
-- kind: materialized-view
-- name: clean.addresses
-- reads: src.customers
-- outputs: id, city, first_street, last_sku
CREATE MATERIALIZED VIEW clean.addresses AS
SELECT c.id,
       c.payload.address.city::varchar AS city,
       c.payload.address.lines[0].street AS first_street,
       c.payload['orders'][0]['items'][2].sku::varchar(40) AS last_sku
FROM src.customers c;

-- case: super_from_subscripted_path
-- kind: query
-- reads: src.customers
SELECT o.id FROM src.customers c, c.payload.orders[0].items o;

-- case: super_left_join
-- kind: query
-- reads: src.customers
-- outputs: id, nr
SELECT c.id, o.nr FROM src.customers c LEFT JOIN c.orders o ON TRUE;

-- case: super_at_index
-- kind: query
-- reads: src.customers
-- outputs: id, sku, pos
SELECT c.id, i.sku, pos FROM src.customers AS c, c.items AS i AT pos;

-- case: super_unpivot_object
-- kind: query
-- reads: src.customers
-- partial
-- outputs: id, attr, val
SELECT c.id, attr, val FROM src.customers AS c, UNPIVOT c.payload AS val AT attr WHERE attr <> 'ssn';

-- case: super_inside_cte
-- kind: query
-- reads: ref.skus, src.customers
WITH flat AS (SELECT c.id, i.sku FROM src.customers c, c.items i)
SELECT f.id, k.name FROM flat f JOIN ref.skus k ON k.sku = f.sku;

-- case: super_navigation_next_to_real_schema
-- kind: query
-- reads: c.orders, src.customers
SELECT k.id, o.id FROM src.customers k JOIN c.orders o ON o.customer_id = k.id;

-- case: super_navigation_of_derived_table
-- kind: query
-- reads: src.carts
SELECT q.id, x FROM (SELECT id, lines FROM src.carts) q, q.lines x;

-- case: super_navigation_without_alias
-- kind: query
-- reads: carts
SELECT x FROM carts, carts.lines x;

-- case: cast_to_super
-- kind: query
-- reads: src.t
-- outputs: p
SELECT JSON_PARSE(body)::super AS p FROM src.t WHERE body IS NOT NULL;

-- case: pivot
-- kind: query
-- reads: marts.sales
-- partial
SELECT * FROM (SELECT region, month, net FROM marts.sales)
PIVOT (SUM(net) AS total FOR month IN ('jan' AS january, 'feb'));

-- case: unpivot
-- kind: query
-- reads: marts.sales_wide
-- partial
SELECT * FROM (SELECT jan, feb FROM marts.sales_wide) UNPIVOT INCLUDE NULLS (net FOR month IN (jan AS j, feb));

-- case: pivot_on_table_then_join
-- kind: query
-- reads: marts.sales, ref.regions
-- partial
SELECT p.region, r.name, p.jan FROM marts.sales PIVOT (SUM(net) FOR month IN ('jan' AS jan)) AS p
JOIN ref.regions r ON r.code = p.region;

-- case: qualify
-- kind: materialized-view
-- name: clean.latest
-- reads: src.events
-- outputs: id, at
CREATE MATERIALIZED VIEW clean.latest AS
SELECT id, at FROM src.events
WHERE at IS NOT NULL
QUALIFY ROW_NUMBER() OVER (PARTITION BY id ORDER BY at DESC) = 1;

-- case: qualify_after_join_without_where
-- kind: query
-- reads: a, b
SELECT a.id FROM a JOIN b ON b.id = a.id QUALIFY RANK() OVER (ORDER BY b.z) < 3 ORDER BY 1;

-- case: minus
-- kind: query
-- reads: clean.orders, src.orders
SELECT id FROM src.orders MINUS SELECT id FROM clean.orders;

-- case: minus_as_alias_free_operator
-- kind: query
-- reads: a, b, c
SELECT x FROM a MINUS (SELECT x FROM b EXCEPT SELECT x FROM c);

-- case: lateral_column_alias
-- kind: query
-- reads: core.items
-- outputs: gross, net, tax
SELECT qty * price AS gross, gross * 0.9 AS net, gross - net AS tax FROM core.items;

-- case: listagg
-- kind: query
-- reads: core.items
-- outputs: order_id, skus
SELECT order_id, LISTAGG(DISTINCT sku, ', ') WITHIN GROUP (ORDER BY sku) AS skus FROM core.items GROUP BY order_id;

-- case: listagg_window
-- kind: query
-- reads: core.items
SELECT LISTAGG(sku, ';') WITHIN GROUP (ORDER BY sku) OVER (PARTITION BY order_id) AS skus FROM core.items;

-- case: approximate_count_distinct
-- kind: query
-- reads: src.clicks
-- outputs: day, users
SELECT TRUNC(at) AS day, APPROXIMATE COUNT(DISTINCT user_id) AS users FROM src.clicks GROUP BY 1;

-- case: approximate_percentile
-- kind: query
-- reads: src.clicks
SELECT APPROXIMATE PERCENTILE_DISC(0.5) WITHIN GROUP (ORDER BY ms) AS p50 FROM src.clicks;

-- case: decode_nvl
-- kind: query
-- reads: core.orders
-- outputs: state, note, kind
SELECT DECODE(status, 1, 'new', 2, 'paid', 'other') AS state, NVL(note, '') AS note, NVL2(ref, 'b2b', 'b2c') AS kind FROM core.orders;

-- case: getdate_sysdate
-- kind: query
-- reads: core.orders
SELECT id FROM core.orders WHERE created_at > GETDATE() - INTERVAL '1 day' OR created_at > SYSDATE - 1;

-- case: dateadd_bare_datepart
-- kind: query
-- reads: core.orders
-- outputs: due, age, wk
SELECT DATEADD(day, 14, created_at) AS due, DATEDIFF(hour, created_at, GETDATE()) AS age, DATE_PART(week, created_at) AS wk
FROM core.orders;

-- case: extract_epoch_from_is_no_relation
-- kind: query
-- reads: core.orders
SELECT EXTRACT(epoch FROM created_at) AS e, TRIM(BOTH ' ' FROM note) AS n, SUBSTRING(note FROM 2 FOR 3) AS s FROM core.orders;

-- case: three_part_names
-- kind: query
-- reads: lake.public.clicks, marts.orders, sales_db.public.orders
SELECT o.id FROM sales_db.public.orders o JOIN marts.orders m ON m.id = o.id JOIN lake.public.clicks c ON c.order_id = o.id;

-- case: catalog_quoted_three_part
-- kind: query
-- reads: awsdatacatalog.lake.orders
SELECT id FROM "awsdatacatalog"."lake"."orders";

-- case: connect_by
-- kind: query
-- reads: hr.staff
-- partial
-- outputs: id, boss_id, level
SELECT id, boss_id, LEVEL FROM hr.staff START WITH boss_id IS NULL CONNECT BY PRIOR id = boss_id AND LEVEL < 5;

-- case: recursive_cte
-- kind: materialized-view
-- name: marts.tree
-- reads: hr.staff
-- outputs: id, depth
CREATE MATERIALIZED VIEW marts.tree AS
WITH RECURSIVE tree (id, depth) AS (
    SELECT id, 1 FROM hr.staff WHERE boss_id IS NULL
    UNION ALL
    SELECT s.id, t.depth + 1 FROM hr.staff s JOIN tree t ON s.boss_id = t.id
)
SELECT id, depth FROM tree;

-- case: json_functions
-- kind: query
-- reads: src.events
-- outputs: kind, first
SELECT JSON_EXTRACT_PATH_TEXT(body, 'a', 'kind', TRUE) AS kind, JSON_EXTRACT_ARRAY_ELEMENT_TEXT(body, 0) AS first FROM src.events
WHERE IS_VALID_JSON(body);

-- case: exclude_star
-- kind: query
-- reads: core.customers
SELECT * EXCLUDE (email, phone) FROM core.customers;

-- case: exclude_star_one_column
-- kind: view
-- name: bi.customers
-- reads: core.customers
CREATE VIEW bi.customers AS SELECT c.* EXCLUDE email FROM core.customers c WITH NO SCHEMA BINDING;

-- case: ignore_nulls
-- kind: query
-- reads: src.prices
SELECT LAST_VALUE(price IGNORE NULLS) OVER (PARTITION BY sku ORDER BY at ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS p,
       LAG(price, 1) IGNORE NULLS OVER (ORDER BY at) AS q FROM src.prices;

-- case: ratio_to_report_median
-- kind: query
-- reads: marts.sales
SELECT RATIO_TO_REPORT(net) OVER (PARTITION BY region) AS share, MEDIAN(net) OVER () AS mid FROM marts.sales;

-- case: group_by_grouping_sets
-- kind: query
-- reads: marts.sales
SELECT region, month, SUM(net) AS net, GROUPING(region) AS g FROM marts.sales GROUP BY GROUPING SETS ((region, month), (region), ());

-- case: oracle_outer_join_mark
-- kind: query
-- reads: core.orders, core.shops
SELECT o.id, s.name FROM core.orders o, core.shops s WHERE o.shop_id = s.id (+);

-- case: any_value_bool
-- kind: query
-- reads: core.orders
SELECT shop_id, ANY_VALUE(status) AS st, BOOL_OR(paid) AS any_paid FROM core.orders GROUP BY shop_id;

-- case: similar_ilike_posix
-- kind: query
-- reads: core.customers
SELECT id FROM core.customers WHERE name ILIKE 'a%' OR name SIMILAR TO '(b|c)%' OR name ~ '^d' AND note !~ 'from x.y';

-- case: convert_function_type_first
-- kind: query
-- reads: src.t
-- outputs: d, n
SELECT CONVERT(date, at) AS d, CONVERT(decimal(12, 2), amount) AS n FROM src.t;

-- case: backslash_in_string
-- kind: query
-- reads: src.t
SELECT REPLACE(path, 'c:\\', '') AS p, 'it\'s not from bad.ref' AS q FROM src.t;

-- case: system_view
-- kind: query
-- reads: svv_mv_info
SELECT schema_name, name, state FROM svv_mv_info WHERE is_stale = 't';

-- case: values_free_union_of_constants
-- kind: query
-- reads: none
-- outputs: n
SELECT 1 AS n UNION ALL SELECT 2;

-- case: generate_series_leader
-- kind: query
-- reads: none
-- outputs: n
SELECT n FROM generate_series(1, 10) n;

-- case: subquery_in_every_place
-- kind: query
-- reads: a, b, c, d, e
SELECT (SELECT MAX(x) FROM a) AS m, CASE WHEN EXISTS (SELECT 1 FROM b) THEN 1 END AS k
FROM c WHERE id IN (SELECT id FROM d) GROUP BY id HAVING COUNT(*) > (SELECT AVG(n) FROM e);

-- case: cte_shadows_table_per_scope
-- kind: query
-- reads: orders, src.orders
WITH x AS (WITH orders AS (SELECT id FROM src.orders) SELECT id FROM orders) SELECT x.id FROM x JOIN orders o ON o.id = x.id;

-- case: tables_named_pivot_and_unpivot
-- kind: query
-- reads: src.pivot, src.unpivot
SELECT p.id FROM src."pivot" p JOIN src."unpivot" u ON u.id = p.id;

-- case: object_and_array_literals
-- kind: query
-- reads: src.t
-- outputs: o, a
SELECT OBJECT('id', id, 'n', name) AS o, ARRAY(1, 'x', id) AS a FROM src.t;

-- case: window_named_partitions_many
-- kind: query
-- reads: core.orders
SELECT shop_id, SUM(net) OVER (PARTITION BY shop_id ORDER BY day ROWS UNBOUNDED PRECEDING) AS run, NTILE(4) OVER (ORDER BY net) AS q FROM core.orders;

-- case: time_zone_and_interval
-- kind: query
-- reads: core.orders
-- outputs: local_at, later
SELECT CONVERT_TIMEZONE('UTC', 'Europe/Berlin', created_at) AS local_at, created_at AT TIME ZONE 'UTC' + INTERVAL '36 hours, 5 minutes' AS later FROM core.orders;

-- case: null_ordering_and_offset
-- kind: query
-- reads: core.orders
SELECT id FROM core.orders ORDER BY net DESC NULLS LAST LIMIT ALL OFFSET 5;

-- case: rollup_cube_mixed
-- kind: query
-- reads: marts.sales
SELECT region, month, SUM(net) AS net FROM marts.sales GROUP BY ROLLUP (region, month);

-- case: super_navigation_of_cte
-- kind: query
-- reads: items, src.carts
WITH t AS (SELECT id, lines FROM src.carts) SELECT t.id, l.sku, i.name FROM t, t.lines l, items i WHERE i.sku = l.sku;

-- case: super_path_through_quoted_alias
-- kind: query
-- reads: src.customers
SELECT "Ord".nr FROM src.customers AS "C", "C"."Orders" AS "Ord";

-- case: alias_of_another_scope_is_no_navigation
-- kind: query
-- reads: c.orders, src.customers
SELECT q.id FROM (SELECT c.id FROM src.customers c) q JOIN c.orders o ON o.id = q.id;
