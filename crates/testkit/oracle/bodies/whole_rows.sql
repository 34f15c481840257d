-- Whole rows as values, system columns, functional notation.

-- case: row_alias_as_value
SELECT o FROM shop.orders AS o;

-- case: row_table_name_as_value
SELECT payments FROM shop.payments;

-- case: row_to_json_alias
SELECT row_to_json(c) AS j, to_jsonb(c.*) AS k FROM shop.customers c;

-- case: row_to_json_qualified_star
SELECT to_json(shop.customers.*) AS j FROM shop.customers;

-- case: row_is_null
SELECT c.id FROM shop.customers c LEFT JOIN shop.orders o ON o.customer_id = c.id WHERE o IS NULL;

-- case: row_is_not_null
SELECT c.id FROM shop.customers c LEFT JOIN shop.orders o ON o.customer_id = c.id WHERE o.* IS NOT NULL;

-- case: row_star_is_distinct_from
SELECT a.id FROM shop.events_2024 a JOIN shop.events_2025 b ON a.id = b.id WHERE (a.id, a.kind) IS DISTINCT FROM (b.id, b.kind);

-- case: row_star_comparison_of_same_table
SELECT a.key FROM public.settings a JOIN public.settings b ON a.key = b.key WHERE a.* IS DISTINCT FROM b.*;

-- case: row_equality
SELECT a.id FROM shop.categories a, shop.categories b WHERE a = b;

-- case: row_in_list_of_rows
SELECT g.id FROM shop.categories g WHERE g IN (SELECT h FROM shop.categories h);

-- case: row_cast_to_text
SELECT o::text AS a, (g.*)::text AS b FROM shop.orders o, shop.categories g;

-- case: row_of_subquery
SELECT s AS r, s.id FROM (SELECT ROW(id, name)::public.settings AS v, id FROM shop.categories) AS q, LATERAL (SELECT q.v, q.id) AS inner_row, shop.categories AS s WHERE s.id = q.id;

-- case: row_of_subquery_to_json
SELECT to_json(s) AS j FROM (SELECT id, note FROM shop.orders) s;

-- case: row_of_join_alias_to_json
SELECT row_to_json(j) AS r FROM (shop.order_totals NATURAL JOIN shop.order_items) AS j;

-- case: row_of_function
SELECT to_json(g) AS j FROM generate_series(1, 2) AS g;

-- case: row_of_values
SELECT to_json(v) AS j FROM (VALUES (1, 'a')) AS v (n, s);

-- case: row_of_view_and_matview
SELECT d AS daily, t AS totals FROM shop.daily_sales d, shop.order_totals t;

-- case: row_inside_row
SELECT ROW(o, c.id)::text AS r FROM shop.orders o, shop.customers c;

-- case: row_star_inside_row
SELECT ROW(g.*, 1)::text AS r, to_json((g.*, p.id)) AS k FROM shop.categories g, shop.payments p;

-- case: row_star_in_function_with_row_argument
SELECT shop.order_label(o.*) AS label FROM shop.orders o;

-- case: row_in_array
SELECT ARRAY[g, h] AS pair FROM shop.categories g, shop.categories h;

-- case: row_in_case_and_coalesce
SELECT COALESCE(a, b) AS x, CASE WHEN a IS NULL THEN b ELSE a END AS y FROM public.settings a FULL JOIN public.settings b ON a.key = b.value;

-- case: row_column_wins_over_alias
SELECT note FROM shop.note;

-- case: row_column_wins_over_alias_given
SELECT n.note, total AS t FROM shop.note n, shop.orders total;

-- case: row_alias_named_like_column_of_other_table
SELECT body FROM shop.orders AS body;

-- case: row_alias_named_like_own_column
SELECT total FROM shop.orders AS total;

-- case: row_alias_named_like_own_column_qualified
SELECT total.total, total.id, to_json(total.*) AS r FROM shop.orders AS total;

-- case: row_correlated
SELECT (SELECT to_json(c)) AS j FROM shop.customers c;

-- case: row_of_columnless_table
SELECT b FROM shop.bare b;

-- case: row_counted_by_filter
SELECT count(*) FILTER (WHERE o IS NOT NULL) AS n FROM shop.customers c LEFT JOIN shop.orders o ON o.customer_id = c.id;

-- case: system_columns
SELECT ctid, xmin, xmax, cmin, cmax, tableoid, id FROM shop.orders;

-- case: system_columns_qualified
SELECT o.ctid AS place, e.tableoid::regclass AS part FROM shop.orders o, shop.events e;

-- case: system_column_in_where_only
SELECT id FROM shop.events WHERE tableoid <> 0;

-- case: system_column_schema_qualified
SELECT shop.vehicles.tableoid AS t, shop.vehicles.plate FROM shop.vehicles;

-- case: system_column_names_as_own_names
SELECT s.ctid, s.oid FROM (SELECT id AS ctid, total AS oid FROM shop.orders) s;

-- case: func_notation_function_as_column
SELECT o.order_label, c.customer_rank FROM orders o, customers c;

-- case: func_notation_in_where
SELECT o.id FROM orders o WHERE o.order_label <> 'order 1' ORDER BY o.order_label;

-- case: func_notation_column_as_function
SELECT total(o) AS t, status(o) AS s FROM shop.orders o;

-- case: func_notation_column_as_function_of_table
SELECT value(settings) AS v FROM public.settings;

-- case: func_notation_field_as_function
SELECT city(c.address) AS city, w(size(s.parcel)) AS w FROM shop.customers c, shop.shipments s;

-- case: func_notation_name_type
SELECT name(g) AS n FROM shop.categories g;

-- case: func_notation_schema_function_on_row
SELECT shop.customer_rank(customers) AS r, shop.customer_rank(c => customers) AS s FROM shop.customers;

-- case: func_notation_on_subquery_column
SELECT (q.r).order_label AS l FROM (SELECT o AS r FROM shop.orders o) q;

-- case: func_notation_aggregate_of_column_by_call
SELECT sum(total(o)) AS s FROM shop.orders o GROUP BY currency(o);
