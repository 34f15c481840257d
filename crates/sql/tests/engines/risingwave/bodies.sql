-- RisingWave: bodies with what PostgreSQL does not have.

-- case: tumble_table
-- kind: query
-- reads: clicks
SELECT window_start, window_end, count(*) AS n FROM TUMBLE(clicks, at, INTERVAL '10 MINUTES') GROUP BY window_start, window_end;

-- case: tumble_qualified_and_alias
-- kind: query
-- reads: raw.Clicks
SELECT w.window_start, w.user_id FROM tumble(raw."Clicks", at, INTERVAL '1' HOUR, INTERVAL '5 minutes') AS w;

-- case: hop_table
-- kind: materialized-view
-- name: m_hop
-- reads: rides, zones
CREATE MATERIALIZED VIEW m_hop AS
SELECT z.name, h.window_end, avg(h.fare) AS fare
FROM HOP(rides, at, INTERVAL '1 minute', INTERVAL '5 minutes') h JOIN zones z ON z.id = h.zone_id
GROUP BY z.name, h.window_end;

-- case: tumble_over_cte
-- kind: query
-- reads: clicks
WITH good AS (SELECT user_id, at FROM clicks WHERE NOT bot)
SELECT window_start, count(*) AS n FROM TUMBLE(good, at, INTERVAL '1 minute') GROUP BY window_start;

-- case: tumble_both_sides_of_join
-- kind: query
-- reads: a, s.b
SELECT l.window_start FROM TUMBLE(a, at, INTERVAL '1 h') l JOIN TUMBLE(s.b, at, INTERVAL '1 h') r ON l.window_start = r.window_start AND l.k = r.k;

-- case: table_named_tumble
-- kind: query
-- reads: tumble
SELECT id FROM tumble;

-- case: asof_join
-- kind: materialized-view
-- name: m_asof
-- reads: prices, trades
-- outputs: id, price
CREATE MATERIALIZED VIEW m_asof AS
SELECT t.id, p.price FROM trades t ASOF JOIN prices p ON t.sym = p.sym AND t.at >= p.at;

-- case: asof_left_join
-- kind: query
-- reads: m.prices, trades
SELECT t.id, p.price FROM trades t ASOF LEFT JOIN m.prices AS p ON t.sym = p.sym AND t.at > p.at WHERE t.qty > 0;

-- case: temporal_join
-- kind: query
-- reads: dims, events
-- outputs: id, name
SELECT e.id, d.name FROM events AS e JOIN dims FOR SYSTEM_TIME AS OF PROCTIME() AS d ON e.dim_id = d.id;

-- case: temporal_left_join_no_alias
-- kind: query
-- reads: core.dims, events, other
SELECT e.id, o.v FROM events e LEFT JOIN core.dims FOR SYSTEM_TIME AS OF PROCTIME() ON e.dim_id = core.dims.id JOIN other o ON o.id = e.id;

-- case: system_time_travel
-- kind: query
-- reads: orders
SELECT id FROM orders FOR SYSTEM_TIME AS OF '2026-01-01 00:00:00+00:00';

-- case: session_window_frame
-- kind: query
-- reads: clicks
SELECT user_id, first_value(at) OVER (PARTITION BY user_id ORDER BY at SESSION WITH GAP INTERVAL '5 minutes') AS session_start FROM clicks;

-- case: range_window_frame
-- kind: query
-- reads: prices
SELECT sym, avg(price) OVER (PARTITION BY sym ORDER BY at RANGE BETWEEN INTERVAL '1 hour' PRECEDING AND CURRENT ROW) AS hourly FROM prices;

-- case: struct_field_access
-- kind: query
-- reads: events
-- outputs: a, z
SELECT (payload).a AS a, ((payload).inner_part).z AS z FROM events;

-- case: struct_star
-- kind: query
-- reads: events
SELECT id, (payload).* FROM events;

-- case: map_access
-- kind: query
-- reads: events
-- outputs: v, ks
SELECT attrs['color'] AS v, map_keys(attrs) AS ks FROM events WHERE map_contains(attrs, 'color');

-- case: map_literal
-- kind: query
-- reads: events
-- outputs: m
SELECT MAP {'a': id, 'b': 2} AS m FROM events;

-- case: array_slice
-- kind: query
-- reads: events
-- outputs: f, r
SELECT tags[1] AS f, tags[2:3] AS r FROM events;

-- case: array_transform_lambda
-- kind: query
-- reads: events
-- outputs: up
SELECT array_transform(tags, |t| upper(t)) AS up FROM events;

-- case: lambda_and_bitwise_or
-- kind: query
-- reads: events
SELECT array_transform(nums, |x| x * 2 | 1) AS n, flags | 4 AS f FROM events;

-- case: struct_constructor
-- kind: query
-- reads: events
SELECT ROW(id, name)::struct<id int, name varchar> AS s FROM events;

-- case: unnest_column
-- kind: query
-- reads: events
SELECT e.id, t FROM events e, unnest(e.tags) AS t;

-- case: unnest_in_select
-- kind: query
-- reads: events
-- outputs: id, tag
SELECT id, unnest(tags) AS tag FROM events;

-- case: jsonb_paths
-- kind: query
-- reads: raw.hooks
-- outputs: id, first
SELECT (data ->> 'id')::bigint AS id, data #>> '{items,0}' AS first FROM raw.hooks WHERE data @> '{"ok": true}' AND data ? 'id';

-- case: now_filter
-- kind: query
-- reads: events
SELECT id FROM events WHERE at > now() - INTERVAL '1 hour';

-- case: top_n_by_row_number
-- kind: query
-- reads: events
-- outputs: id, user_id
SELECT id, user_id FROM (
    SELECT id, user_id, row_number() OVER (PARTITION BY user_id ORDER BY at DESC) AS r FROM events
) q WHERE r <= 3;

-- case: limit_with_ties
-- kind: query
-- reads: events
SELECT id FROM events ORDER BY score DESC FETCH FIRST 3 ROWS WITH TIES;

-- case: distinct_on
-- kind: query
-- reads: events
SELECT DISTINCT ON (user_id) user_id, at FROM events ORDER BY user_id, at DESC;

-- case: values_join
-- kind: query
-- reads: events
SELECT e.id, v.label FROM events e JOIN (VALUES (1, 'a'), (2, 'b')) AS v (kind, label) ON v.kind = e.kind;

-- case: filter_and_ordered_aggregate
-- kind: query
-- reads: events
SELECT user_id, count(*) FILTER (WHERE bot) AS bots, string_agg(name, ',' ORDER BY at) AS names FROM events GROUP BY user_id;

-- case: approx_functions
-- kind: query
-- reads: events
SELECT approx_count_distinct(user_id) AS u, approx_percentile(0.9, 0.01) WITHIN GROUP (ORDER BY ms) AS p90 FROM events;

-- case: except_star
-- kind: query
-- reads: events
SELECT * EXCEPT (secret, payload) FROM events;

-- case: lateral_subquery
-- kind: query
-- reads: items, orders
SELECT o.id, l.n FROM orders o, LATERAL (SELECT count(*) AS n FROM items i WHERE i.order_id = o.id) l;

-- case: table_function_from_udf
-- kind: query
-- reads: docs
SELECT d.id, w.word FROM docs d, split(d.body) AS w;

-- case: postgres_query_function
-- kind: query
-- reads: none
SELECT * FROM postgres_query('db', '5432', 'u', 'p', 'shop', 'SELECT id FROM public.orders;');

-- case: file_scan_function
-- kind: query
-- reads: local_t
SELECT f.id FROM file_scan('parquet', 's3', 'eu-west-1', 'k', 's', 's3://b/x.parquet') f JOIN local_t l ON l.id = f.id;

-- case: interval_without_quotes_units
-- kind: query
-- reads: events
SELECT id FROM events WHERE at BETWEEN now() - INTERVAL '2' DAY AND now();

-- case: window_filter_row_frame
-- kind: query
-- reads: events
SELECT sum(v) OVER (PARTITION BY k ORDER BY at ROWS BETWEEN 2 PRECEDING AND 1 FOLLOWING EXCLUDE CURRENT ROW) AS s FROM events;

-- case: grouping_sets
-- kind: query
-- reads: events
SELECT a, b, sum(v) AS s FROM events GROUP BY GROUPING SETS ((a, b), (a), ());

-- case: system_catalog
-- kind: query
-- reads: rw_catalog.rw_depend, rw_catalog.rw_relations
SELECT d.objid, r.name FROM rw_catalog.rw_depend d JOIN rw_catalog.rw_relations r ON r.id = d.refobjid;

-- case: union_all_of_windows
-- kind: materialized-view
-- name: m_all
-- reads: a, b
CREATE MATERIALIZED VIEW m_all AS
SELECT window_start, 'a' AS src FROM TUMBLE(a, at, INTERVAL '1 m')
UNION ALL
SELECT window_start, 'b' AS src FROM HOP(b, at, INTERVAL '1 m', INTERVAL '2 m');

-- case: emit_word_as_column
-- kind: query
-- reads: radio
-- outputs: emit, session, gap
SELECT emit, session, gap FROM radio;

-- case: cast_double_colon_chain
-- kind: query
-- reads: events
-- outputs: day
SELECT at::timestamptz::date::varchar AS day FROM events;

-- case: vector_distance
-- kind: query
-- reads: docs
SELECT id FROM docs ORDER BY embedding <-> '[1,2,3]'::vector(3) LIMIT 5;

-- case: full_join_using_natural
-- kind: query
-- reads: a, b, c
SELECT id FROM a FULL JOIN b USING (id) NATURAL LEFT JOIN c;

-- case: vnode_and_proctime
-- kind: query
-- reads: events
SELECT rw_vnode(id) AS v, proctime() AS p FROM events;
