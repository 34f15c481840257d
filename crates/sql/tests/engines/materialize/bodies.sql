-- Materialize: bodies with what PostgreSQL does not have.

-- case: mutually_recursive_one
-- kind: materialized-view
-- name: marts.reach
-- reads: core.edges
-- outputs: src, dst
CREATE MATERIALIZED VIEW marts.reach AS
WITH MUTUALLY RECURSIVE
    reach (src int, dst int) AS (
        SELECT src, dst FROM core.edges
        UNION
        SELECT r.src, e.dst FROM reach r JOIN core.edges e ON e.src = r.dst
    )
SELECT src, dst FROM reach;

-- case: mutually_recursive_two
-- kind: view
-- name: v_even_odd
-- reads: seeds
CREATE VIEW v_even_odd AS
WITH MUTUALLY RECURSIVE (RETURN AT RECURSION LIMIT 100)
    even (n bigint) AS (SELECT n FROM seeds UNION SELECT n + 1 FROM odd WHERE n < 100),
    odd (n bigint) AS (SELECT n + 1 FROM even)
SELECT n FROM even UNION ALL SELECT n FROM odd;

-- case: mutually_recursive_error_limit
-- kind: query
-- reads: s.bom
WITH MUTUALLY RECURSIVE (ERROR AT RECURSION LIMIT = 50)
    parts (id text, qty numeric(38, 2)) AS (
        SELECT id, qty FROM s.bom WHERE parent IS NULL
        UNION ALL
        SELECT b.id, b.qty * p.qty FROM s.bom b, parts p WHERE b.parent = p.id
    )
SELECT id, sum(qty) AS qty FROM parts GROUP BY id;

-- case: mutually_recursive_list_types
-- kind: query
-- reads: core.edges
WITH MUTUALLY RECURSIVE
    paths (path int list, m map[text => int], at timestamp with time zone) AS (
        SELECT LIST[src], '{a=>1}'::map[text => int], now() FROM core.edges
        UNION SELECT path, m, at FROM paths
    )
SELECT path FROM paths;

-- case: mutually_recursive_nested_in_cte
-- kind: query
-- reads: a, b
WITH q AS (
    WITH MUTUALLY RECURSIVE r (x int) AS (SELECT x FROM a UNION SELECT x FROM r)
    SELECT x FROM r
)
SELECT q.x FROM q JOIN b ON b.x = q.x;

-- case: mutually_recursive_forward_reference
-- kind: query
-- reads: base, s.second
WITH MUTUALLY RECURSIVE
    first (x int) AS (SELECT x FROM second UNION SELECT x FROM base),
    second (x int) AS (SELECT x FROM first INTERSECT SELECT x FROM s.second)
SELECT x FROM first;

-- case: mz_now_temporal_filter
-- kind: materialized-view
-- name: m_recent
-- reads: events
-- outputs: id, at
CREATE MATERIALIZED VIEW m_recent AS
SELECT id, at FROM events WHERE mz_now() <= at + INTERVAL '5 minutes' AND mz_now() >= at;

-- case: lateral_top_k
-- kind: query
-- reads: cities, states
-- outputs: state, name
SELECT s.state, c.name
FROM (SELECT DISTINCT state FROM states) s,
     LATERAL (SELECT name, pop FROM cities WHERE cities.state = s.state ORDER BY pop DESC LIMIT 3) c;

-- case: options_group_size
-- kind: query
-- reads: events
SELECT user_id, max(at) AS last_at FROM events GROUP BY user_id OPTIONS (AGGREGATE INPUT GROUP SIZE = 1000);

-- case: options_distinct_on
-- kind: query
-- reads: events
SELECT DISTINCT ON (user_id) user_id, at FROM events OPTIONS (DISTINCT ON INPUT GROUP SIZE = 50) ORDER BY user_id, at DESC;

-- case: options_limit_in_lateral
-- kind: query
-- reads: events, users
SELECT u.id, e.at FROM users u,
LATERAL (SELECT at FROM events WHERE user_id = u.id OPTIONS (LIMIT INPUT GROUP SIZE = 10) ORDER BY at DESC LIMIT 1) e;

-- case: as_of
-- kind: query
-- reads: marts.orders
SELECT id FROM marts.orders AS OF 1735689600000;

-- case: as_of_at_least
-- kind: query
-- reads: marts.orders
SELECT id FROM marts.orders WHERE net > 0 AS OF AT LEAST now() - INTERVAL '1 minute';

-- case: rows_from
-- kind: query
-- reads: t
SELECT r.a, r.b, t.x FROM t, ROWS FROM (generate_series(1, 3), unnest(ARRAY[1, 2])) WITH ORDINALITY AS r (a, b, n);

-- case: list_literals_and_casts
-- kind: query
-- reads: t
-- outputs: l, ll, first
SELECT LIST[1, 2, x] AS l, '{{1},{2}}'::int list list AS ll, tags[1] AS first FROM t;

-- case: list_slices_and_concat
-- kind: query
-- reads: t
SELECT tags[1:2][3] AS s, tags || LIST['z'] AS c, list_agg(x ORDER BY y) AS la FROM t GROUP BY tags;

-- case: list_from_subquery
-- kind: query
-- reads: items, orders
SELECT o.id, LIST(SELECT sku FROM items WHERE items.order_id = o.id) AS skus FROM orders o;

-- case: map_literals
-- kind: query
-- reads: t
-- outputs: v, has
SELECT m -> 'a' AS v, m ? 'b' AS has FROM t WHERE m @> '{a=>1}'::map[text => int];

-- case: map_constructor
-- kind: query
-- reads: t
SELECT MAP['a' => x, 'b' => y] AS m FROM t;

-- case: map_from_subquery
-- kind: query
-- reads: kv
SELECT MAP(SELECT k, v FROM kv ORDER BY k) AS m;

-- case: record_field
-- kind: query
-- reads: t
SELECT (ROW(a, b)).f1 AS x, (payload).id AS y FROM t;

-- case: jsonb_path
-- kind: query
-- reads: raw.hooks
-- outputs: id
SELECT (body ->> 'id')::bigint AS id FROM raw.hooks WHERE body @> '{"kind": "order"}';

-- case: jsonb_unnest
-- kind: query
-- reads: raw.hooks
SELECT h.id, i.value ->> 'sku' AS sku FROM raw.hooks h, jsonb_array_elements(h.body -> 'items') AS i;

-- case: date_bin_hopping
-- kind: query
-- reads: events
SELECT w, count(*) AS n FROM events, LATERAL date_bin_hopping('1 minute', '5 minutes', at) AS w GROUP BY w;

-- case: values_and_table
-- kind: query
-- reads: ref.codes
SELECT v.column1 AS a FROM (VALUES (1), (2)) v UNION ALL TABLE ref.codes;

-- case: three_part_names
-- kind: query
-- reads: shop.core.orders, shop.ref.shops
SELECT o.id, s.name FROM shop.core.orders o JOIN shop.ref.shops s USING (shop_id);

-- case: recursive_word_as_name
-- kind: query
-- reads: mutually
SELECT recursive FROM mutually;

-- case: qualify_free_row_number
-- kind: query
-- reads: events
SELECT id FROM (SELECT id, row_number() OVER (PARTITION BY k ORDER BY at DESC) AS r FROM events) q WHERE r = 1;

-- case: window_lag_ignore_nulls
-- kind: query
-- reads: prices
SELECT lag(price, 1) IGNORE NULLS OVER (PARTITION BY sym ORDER BY at) AS p FROM prices;

-- case: except_all_intersect
-- kind: query
-- reads: a, b, c
SELECT x FROM a EXCEPT ALL SELECT x FROM b INTERSECT SELECT x FROM c;

-- case: catalog_relations
-- kind: query
-- reads: mz_catalog.mz_objects, mz_internal.mz_frontiers
SELECT o.name, f.write_frontier FROM mz_catalog.mz_objects o JOIN mz_internal.mz_frontiers f ON f.object_id = o.id;

-- case: show_in_parentheses
-- kind: query
-- reads: none
-- partial
SELECT name FROM (SHOW MATERIALIZED VIEWS FROM marts) WHERE name LIKE 'm%';

-- case: subquery_exists_any
-- kind: query
-- reads: a, b, c
SELECT x FROM a WHERE EXISTS (SELECT 1 FROM b WHERE b.x = a.x) AND x = ANY (SELECT x FROM c);

-- case: count_filter
-- kind: query
-- reads: events
-- outputs: ok, total
SELECT count(*) FILTER (WHERE status = 'ok') AS ok, count(*) AS total FROM events;
