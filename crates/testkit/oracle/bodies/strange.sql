-- Legal and strange: spellings that few write and every server takes.

-- case: strange_units_as_argument_names
SELECT extract(year FROM d.year) AS y, date_part('month', d.month) AS m FROM (SELECT placed_at AS year, shipped_on AS month FROM shop.orders) d

-- case: strange_columns_named_like_units_in_plain_functions
SELECT coalesce(day, current_date) AS d, greatest(day, date '2024-01-01') AS g, to_char(day, 'YYYY') AS t FROM shop.daily_sales

-- case: strange_function_named_like_clause
SELECT "left"(name, 2) AS l, left(name, 1) AS m, "right"(name, 1) AS r, replace(name, 'a', 'b') AS p, "position"(name, 'a') AS s FROM shop.customers

-- case: strange_join_chain_on_at_the_end
SELECT a.id, d.amount FROM shop.customers a JOIN shop.orders b JOIN shop.payments d ON d.order_id = b.id ON b.customer_id = a.id

-- case: strange_join_chain_left_then_on_on
SELECT a.id, c.line_no FROM shop.customers a LEFT JOIN shop.orders b INNER JOIN shop.order_items c ON c.order_id = b.id ON b.customer_id = a.id LEFT JOIN shop.products p ON p.id = c.product_id

-- case: strange_select_without_list_in_union
SELECT id FROM shop.orders WHERE EXISTS (SELECT FROM shop.payments UNION ALL SELECT FROM shop.products)

-- case: strange_values_joined_with_using
SELECT id, v.w, name FROM (VALUES (1, 2)) v (id, w) JOIN shop.customers USING (id)

-- case: strange_nested_parentheses_and_set_operations_in_from
SELECT x.a FROM (((SELECT id AS a FROM shop.orders) UNION (SELECT id FROM shop.products)) EXCEPT (SELECT id FROM shop.categories)) x

-- case: strange_with_in_parentheses_in_union
(WITH a AS (SELECT id FROM shop.orders) SELECT id FROM a) UNION (WITH a AS (SELECT id FROM shop.products) SELECT id FROM a) ORDER BY 1

-- case: strange_with_after_union_arm_sees_own
WITH a AS (SELECT id FROM shop.orders) SELECT id FROM a UNION ALL (WITH a AS (SELECT id FROM shop.categories) SELECT a.id FROM a) UNION ALL SELECT id FROM a

-- case: strange_table_command_of_cte
WITH t AS (SELECT sku FROM shop.products) (TABLE t) UNION TABLE t

-- case: strange_only_with_star_and_alias
SELECT v.plate FROM ONLY (shop.vehicles) AS v, shop.vehicles * w WHERE v.plate = w.maker

-- case: strange_cast_precedence
SELECT -total::int AS a, NOT (note IS NULL)::boolean AS b, (tags)[1]::varchar(3) AS c, total::numeric(10, 2)::text COLLATE "C" AS d FROM shop.orders

-- case: strange_between_symmetric_and_not_in
SELECT id FROM shop.orders WHERE total NOT BETWEEN SYMMETRIC customer_id AND id AND currency NOT IN (SELECT code FROM (VALUES ('EUR')) z (code)) AND (note NOT LIKE ALL (ARRAY['a%', currency]))

-- case: strange_case_without_else_in_order
SELECT id FROM shop.orders ORDER BY CASE WHEN note IS NULL THEN total END NULLS FIRST, CASE status WHEN 'new' THEN placed_at END DESC

-- case: strange_row_comparison_chain
SELECT id FROM shop.orders WHERE (customer_id, status, placed_at) >= (1, 'new', now()) AND ROW(total, currency) IS DISTINCT FROM ROW(1, 'x')

-- case: strange_is_of_json_and_overlaps
SELECT room FROM shop.bookings WHERE (valid_from, valid_to) OVERLAPS (date '2024-01-01', interval '1 month') AND during && tstzrange(now(), NULL) AND NOT isempty(seats)

-- case: strange_aggregate_over_all_kinds
SELECT count(DISTINCT (status, currency)) AS a, string_agg(DISTINCT note, ',' ORDER BY note) AS b, array_agg((id || note) ORDER BY total) FILTER (WHERE note <> '') AS c, bool_or(total > 5) AS d, max(placed_at) - min(placed_at) AS e FROM shop.orders HAVING count(*) FILTER (WHERE shipped_on IS NULL) > 0

-- case: strange_window_over_window_name_like_table
SELECT sum(total) OVER orders AS s, rank() OVER (orders ORDER BY placed_at) AS r FROM shop.orders WINDOW orders AS (PARTITION BY orders.currency)

-- case: strange_correlated_values_and_limit
SELECT c.id, (SELECT v.x FROM (VALUES (c.score), (c.id)) v (x) ORDER BY v.x LIMIT 1) AS least FROM shop.customers c

-- case: strange_lateral_function_of_lateral
SELECT c.id, w.word, n.nr FROM shop.customers c, regexp_split_to_table(c.name, ' ') AS w (word), LATERAL generate_series(1, length(w.word)) AS n (nr)

-- case: strange_string_functions_sql_syntax
-- since: 14
SELECT substring(name SIMILAR 'a#"b#"c' ESCAPE '#') AS a, overlay(name PLACING email FROM id FOR 2) AS b, position(country IN name) AS c, trim(LEADING country FROM name) AS d FROM shop.customers

-- case: strange_tablesample_join_and_where
SELECT o.id FROM shop.orders o TABLESAMPLE SYSTEM (50) REPEATABLE (1) JOIN shop.payments p TABLESAMPLE BERNOULLI (10) ON p.order_id = o.id

-- case: strange_quoted_star_and_dots
SELECT "a.b"."c.d" AS "e.f", "a.b".* FROM (SELECT id AS "c.d" FROM shop.orders) AS "a.b"

-- case: strange_alias_without_as_before_keyword_columns
-- since: 14
SELECT o.id name, o.total value, o.note type, o.currency level, o.status role FROM shop.orders o

-- case: strange_same_cte_column_twice_renamed
WITH c (a, b) AS (SELECT id, id FROM shop.orders) SELECT b AS a, a AS b FROM c WHERE a = b

-- case: strange_exists_in_on_of_lateral
SELECT c.id, l.total FROM shop.customers c LEFT JOIN LATERAL (SELECT o.total FROM shop.orders o WHERE o.customer_id = c.id) l ON EXISTS (SELECT 1 FROM shop.payments p WHERE p.amount = l.total AND p.method = c.country)

-- case: strange_in_with_single_scalar_subquery
SELECT id FROM shop.orders WHERE customer_id IN ((SELECT id FROM shop.customers LIMIT 1)) AND total = (((SELECT max(amount) FROM shop.payments)))

-- case: strange_whole_row_of_join_using_alias
SELECT row_to_json(o) AS o, to_json(p) AS p FROM shop.order_items o LEFT JOIN shop.payments p USING (order_id)

-- case: strange_composite_star_in_row_comparison
SELECT s.id FROM shop.shipments s JOIN shop.customers c ON (s.destination).city = (c.address).city AND s.destination = c.address

-- case: strange_order_by_collation_of_union
SELECT name FROM shop.customers UNION SELECT sku FROM shop.products ORDER BY name DESC NULLS LAST

-- case: strange_using_over_subqueries_full_and_coalesce
SELECT k, coalesce(a.v, b.v) AS v FROM (SELECT customer_id AS k, sum(total) AS v FROM shop.orders GROUP BY 1) a FULL JOIN (SELECT id AS k, score AS v FROM shop.customers) b USING (k) WHERE k IS NOT NULL

-- case: strange_recursive_with_list_and_values_base
WITH RECURSIVE t (n, label) AS (VALUES (1, NULL::text) UNION ALL SELECT n + 1, (SELECT c.name FROM shop.categories c WHERE c.id = n) FROM t WHERE n < 5) SELECT label FROM t

-- case: strange_cte_only_read_in_limit_of_subquery
WITH l AS (SELECT count(*) AS n FROM shop.products) SELECT s.id FROM (SELECT id FROM shop.orders ORDER BY placed_at LIMIT (SELECT n FROM l)) s

-- case: strange_grouping_sets_of_expressions
SELECT date_trunc('month', placed_at) AS m, currency, sum(total) AS s FROM shop.orders GROUP BY GROUPING SETS ((date_trunc('month', placed_at), currency), ROLLUP (currency), ()) ORDER BY GROUPING(currency), m

-- case: strange_deep_correlation_three_levels
SELECT c.id FROM shop.customers c WHERE EXISTS (SELECT 1 FROM shop.orders o WHERE o.customer_id = c.id AND EXISTS (SELECT 1 FROM shop.order_items i WHERE i.order_id = o.id AND i.price > (SELECT avg(p.price) FROM shop.products p WHERE p.id = i.product_id AND p.name <> c.name AND p.sku <> o.note)))

-- case: strange_natural_join_of_ctes_and_table
WITH a AS (SELECT id AS order_id, customer_id FROM shop.orders), b AS (SELECT order_id, quantity FROM shop.order_items) SELECT order_id, customer_id, quantity, amount FROM a NATURAL JOIN b NATURAL LEFT JOIN shop.payments

-- case: strange_comments_that_look_like_ends
SELECT id /* ; */ -- );
, total -- FROM shop.products
FROM shop.orders /* WHERE note = ' */ WHERE currency = '-- not a comment' /* ' */

-- case: strange_dollar_strings_with_sql
SELECT $q$SELECT * FROM shop.products$q$ AS a, $$it's "x"$$ AS b, id FROM shop.orders WHERE note <> $a$ $b$ $a$

-- case: strange_bitwise_and_custom_like_operators
SELECT id # 3 AS a, id & 1 AS b, ~id AS c, @ id AS d, |/ total AS e, id << 2 AS f, id ^ 2 AS g FROM shop.orders WHERE note !~~* 'x' AND note ~~ currency AND tags <@ ARRAY['a']

-- case: strange_array_slices_with_columns
SELECT dims[category_id:], dims[:2] AS b, (array_agg(price) OVER (PARTITION BY category_id))[id] AS c FROM shop.products

-- case: strange_lateral_under_full_join_group
SELECT g.country, x.n FROM (SELECT DISTINCT country FROM shop.customers) g CROSS JOIN LATERAL (SELECT count(*) AS n FROM shop.orders o FULL JOIN shop.payments p ON p.order_id = o.id WHERE o.currency = g.country) x
