-- Names that could mean two things, and the one that PostgreSQL takes.

-- case: scope_order_by_output_name_hides_input_in_union_of_self
SELECT id AS total, total AS id FROM shop.orders ORDER BY id, total + 1

-- case: scope_group_by_prefers_input_order_by_prefers_output
SELECT lower(name) AS name, count(*) AS n FROM shop.customers GROUP BY name ORDER BY name

-- case: scope_distinct_on_name_is_output_first
SELECT DISTINCT ON (country) upper(country) AS country, id FROM shop.customers ORDER BY country, id

-- case: scope_having_sees_input_only
SELECT currency, max(total) AS note FROM shop.orders GROUP BY currency HAVING max(note) > 'a'

-- case: scope_where_never_sees_output
SELECT upper(note) AS status FROM shop.orders WHERE status = 'paid'

-- case: scope_window_never_sees_output
SELECT total AS id, row_number() OVER (ORDER BY id) AS rn FROM shop.orders

-- case: scope_lateral_sees_cte_not_sibling_subquery
WITH o AS (SELECT 1 AS id) SELECT x.id, y.total FROM (SELECT id FROM o) x CROSS JOIN LATERAL (SELECT total FROM shop.orders AS o WHERE o.id = x.id) y

-- case: scope_derived_table_not_lateral_falls_to_outer_query
SELECT c.id, (SELECT s.n FROM (SELECT count(*) AS n FROM shop.orders WHERE customer_id = c.id) s) AS n FROM shop.customers c

-- case: scope_inner_from_alias_hides_outer_for_qualified
SELECT o.id FROM shop.orders o WHERE o.customer_id IN (SELECT o.customer_id FROM crm.contacts o WHERE o.phone IS NOT NULL)

-- case: scope_unqualified_inner_miss_binds_outer_of_outer
SELECT id FROM shop.customers WHERE EXISTS (SELECT 1 FROM shop.bare WHERE EXISTS (SELECT 1 FROM shop.bare b2 WHERE score > 1))

-- case: scope_column_from_outer_through_cte
SELECT c.id, (WITH w AS (SELECT max(total) AS m FROM shop.orders WHERE customer_id = c.id) SELECT m FROM w) AS m FROM shop.customers c

-- case: scope_cte_in_exists_correlated_and_shadowing
SELECT c.id FROM shop.customers c WHERE EXISTS (WITH orders AS (SELECT id, c.name AS who FROM shop.orders WHERE customer_id = c.id) SELECT who FROM orders)

-- case: scope_cte_column_list_longer_chain
WITH a (x, y) AS (SELECT id, name FROM shop.customers), b (y) AS (SELECT x FROM a), c AS (SELECT b.y AS x, a.y FROM a, b) SELECT c.x FROM c

-- case: scope_join_using_column_in_subquery_on
SELECT order_id FROM shop.order_items JOIN shop.payments USING (order_id) WHERE EXISTS (SELECT 1 FROM shop.orders WHERE id = order_id)

-- case: scope_using_alias_and_outer_merge_in_lateral
SELECT order_id, l.d FROM shop.order_items i FULL JOIN shop.payments p USING (order_id) CROSS JOIN LATERAL (SELECT order_id * 2 AS d) l

-- case: scope_natural_after_using
SELECT order_id, amount, quantity FROM shop.order_items JOIN shop.payments USING (order_id) NATURAL JOIN (SELECT order_id, status FROM (SELECT id AS order_id, status FROM shop.orders) z) q

-- case: scope_three_way_using_where_unqualified
SELECT id FROM shop.customers JOIN crm.customers USING (id) LEFT JOIN crm.contacts USING (id) WHERE id > 3 ORDER BY id

-- case: scope_on_sees_only_left_items
SELECT a.id FROM shop.customers a JOIN (shop.orders b JOIN shop.payments c ON c.order_id = b.id) ON a.id = b.customer_id AND c.amount > 0

-- case: scope_alias_is_column_of_itself
SELECT note.note, note AS whole FROM shop.note note

-- case: scope_table_alias_named_like_column_of_other
SELECT currency.id, total FROM shop.customers currency JOIN shop.orders o ON o.currency = currency.country

-- case: scope_schema_qualified_column_of_two_same_named_tables
SELECT shop.customers.name AS a, crm.customers.name AS b FROM shop.customers, crm.customers

-- case: scope_schema_name_as_alias_of_other_table
SELECT shop.id FROM crm.customers AS shop

-- case: scope_subquery_alias_named_like_schema
SELECT shop.customers FROM (SELECT id AS customers FROM crm.customers) AS shop

-- case: scope_field_or_schema
SELECT (customers.address).city AS city, shop.customers.address AS whole FROM shop.customers

-- case: scope_function_result_column_vs_alias
SELECT n, g.n AS m FROM generate_series(1, 3) AS g(n) WHERE n IN (SELECT id FROM shop.categories WHERE parent_id = n)

-- case: scope_ordinality_name_vs_column
SELECT t.ordinality, c.id FROM shop.customers c, unnest(c.tags) WITH ORDINALITY AS t

-- case: scope_values_column_names_default
SELECT v.column1, column2, id FROM (VALUES (1, 'a'), (2, 'b')) v JOIN shop.categories ON id = column1

-- case: scope_values_alias_partial
SELECT k, column2 FROM (VALUES (1, 'a')) AS v (k)

-- case: scope_parenthesised_join_alias_hides
SELECT j.customer_id, j.total FROM (shop.customers c JOIN shop.orders o ON o.customer_id = c.id) AS j (cid, cname, mail, fulln, tg, addr, pr, cr, ctry, sc, rf, oid)

-- case: scope_order_by_aggregate_of_input_hidden_by_output
SELECT customer_id, count(*) AS total FROM shop.orders GROUP BY customer_id ORDER BY sum(total), total

-- case: scope_order_by_output_inside_expression_is_input
SELECT customer_id AS id, id AS customer_id FROM shop.orders ORDER BY customer_id, -id

-- case: scope_limit_with_subquery_of_same_names
SELECT id FROM shop.orders ORDER BY id LIMIT (SELECT count(id) FROM shop.products)

-- case: scope_set_order_by_output_of_first_only
SELECT id AS k, name FROM shop.customers UNION ALL SELECT customer_id, note FROM shop.orders ORDER BY k, 2

-- case: scope_nested_with_same_name_reading_outer
WITH t AS (SELECT id FROM shop.customers) SELECT * FROM (WITH t AS (SELECT id FROM t WHERE id > 3) SELECT id FROM t) s

-- case: scope_recursive_cte_hides_table_only_inside
WITH RECURSIVE categories AS (SELECT c.id, c.parent_id FROM shop.categories c WHERE c.parent_id IS NULL UNION ALL SELECT s.id, s.parent_id FROM shop.categories s, categories WHERE s.parent_id = categories.id) SELECT categories.id FROM categories

-- case: scope_aggregate_of_outer_column_in_subquery
SELECT c.country, (SELECT max(o.total) FROM shop.orders o WHERE o.id = max(c.id)) AS m FROM shop.customers c GROUP BY c.country

-- case: scope_case_operand_subquery
SELECT CASE (SELECT count(*) FROM crm.contacts k WHERE k.customer_id = c.id) WHEN 0 THEN 'none' WHEN (SELECT min(id) FROM shop.products) THEN c.name ELSE 'some' END AS v FROM shop.customers c

-- case: scope_tableoid_and_ctid_in_join
SELECT o.ctid AS oc, p.tableoid::regclass AS pt FROM shop.orders o JOIN shop.payments p ON p.order_id = o.id

-- case: scope_rows_from_two_functions_and_lateral
SELECT x.a, x.b, c.id FROM shop.customers c, ROWS FROM (unnest(c.tags), generate_series(1, c.id)) AS x (a, b) WHERE x.b IS NOT NULL

-- case: scope_filter_and_within_group_and_correlated
SELECT c.id, (SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY o.total) FILTER (WHERE o.currency = c.country) FROM shop.orders o) AS med FROM shop.customers c

-- case: scope_select_distinct_star_of_alias_hidden_columns
SELECT DISTINCT a.b, a.c FROM shop.orders AS a (b, c)

-- case: scope_column_alias_list_then_original_name_gone_to_outer
SELECT c.id FROM shop.customers c WHERE EXISTS (SELECT 1 FROM crm.contacts AS k (kid, cid) WHERE k.cid = id)

-- case: scope_bool_column_alone_in_where
SELECT s.id FROM (SELECT id, total > 5 AS big FROM shop.orders) s WHERE big AND NOT s.big IS UNKNOWN

-- case: scope_whole_row_compare_in_join_condition
SELECT a.id FROM shop.categories a JOIN shop.categories b ON a = b

-- case: scope_whole_row_of_subquery_alias_in_aggregate
SELECT s.currency, json_agg(s) AS rows FROM (SELECT id, currency, total FROM shop.orders) s GROUP BY s.currency

-- case: scope_whole_row_of_cte_correlated
WITH s AS (SELECT id, name FROM shop.customers) SELECT o.id, (SELECT to_jsonb(s) FROM s WHERE s.id = o.customer_id) AS who FROM shop.orders o

-- case: scope_exists_select_star_join_reads_only_conditions
SELECT c.name FROM shop.customers c WHERE EXISTS (SELECT * FROM shop.orders o JOIN shop.payments p ON p.order_id = o.id WHERE o.customer_id = c.id)

-- case: scope_count_of_quoted_star_like_alias
SELECT count("*") AS n FROM (SELECT id AS "*" FROM shop.products) t

-- case: scope_column_named_like_window
SELECT w.w, sum(w.v) OVER w AS s FROM (SELECT sensor AS w, value AS v FROM shop.readings) w WINDOW w AS (PARTITION BY w.w)

-- case: scope_interval_column_name
SELECT t.interval, t."time" FROM (SELECT at AS "time", at - lag(at) OVER (ORDER BY at) AS interval FROM shop.readings) t

-- case: scope_soft_keyword_aliases_everywhere
-- since: 14
SELECT value.key value, key.value key, "end"."end" AS "start" FROM public.settings value, public.settings key, (SELECT "user" AS "end" FROM shop."order") "end"

-- case: scope_row_constructor_field_names
SELECT (r).f1 AS one, (r).f2 AS two FROM (SELECT ROW(id, name) AS r FROM shop.customers OFFSET 0) q

-- case: scope_star_of_lateral_with_column_alias
SELECT l.*, o.id FROM shop.orders o, LATERAL (SELECT i.product_id, i.price FROM shop.order_items i WHERE i.order_id = o.id) AS l (pid)

-- case: scope_star_of_lateral_function_with_alias_columns
SELECT o.id, f.* FROM shop.orders o CROSS JOIN LATERAL jsonb_to_record(o.meta) AS f (channel text, "Campaign" int)

-- case: scope_star_over_union_cte_with_list
WITH u (k, label) AS (SELECT id, name FROM shop.customers UNION SELECT id, title FROM (SELECT id, sku AS title FROM shop.products) p) SELECT u.* FROM u WHERE label LIKE 'x%'

-- case: scope_group_by_ordinal_of_star
SELECT a.*, count(*) AS n FROM (SELECT currency, status FROM shop.orders) a GROUP BY 1, 2

-- case: scope_order_by_ordinal_of_star
SELECT * FROM (SELECT id, placed_at FROM shop.orders) a ORDER BY 2 DESC, 1 LIMIT 3

-- case: scope_in_subquery_with_unqualified_same_name
SELECT id FROM shop.orders WHERE id IN (SELECT order_id FROM shop.payments WHERE amount > total)

-- case: scope_typo_classic_in_subquery_binds_outer
SELECT id FROM shop.orders WHERE customer_id IN (SELECT customer_id FROM shop.customers)
