-- Select lists: stars in every form, constants, DISTINCT, DISTINCT ON, lists without columns.

-- case: star_bare
SELECT * FROM shop.orders;

-- case: star_aliased_table
SELECT o.* FROM shop.orders AS o;

-- case: star_table_name
SELECT orders.* FROM shop.orders;

-- case: star_schema_table
SELECT shop.orders.* FROM shop.orders;

-- case: star_database_schema_table
SELECT oracle.shop.payments.* FROM oracle.shop.payments;

-- case: star_lowercase_keywords
select * from shop.payments p;

-- case: star_two_tables_aliased_apart
SELECT c.*, p.id AS payment_id, p.amount
FROM shop.categories c, shop.payments p;

-- case: star_all_of_a_join_without_clashes
SELECT *
FROM crm.phone_book
CROSS JOIN shop.weekly_sales;

-- case: star_before_and_after_column
SELECT 1 AS first_one, s.*, 2 AS last_one FROM public.settings s;

-- case: star_of_subquery
SELECT * FROM (SELECT id, total AS amount FROM shop.orders) AS sub;

-- case: star_of_nested_subqueries
SELECT * FROM (SELECT * FROM (SELECT * FROM shop.categories) AS inner_one) AS outer_one;

-- case: star_of_subquery_with_column_list
SELECT * FROM (SELECT id, total FROM shop.orders) AS sub (order_no, amount);

-- case: star_with_partial_column_list
SELECT * FROM shop.categories AS c (key, parent);

-- case: star_qualified_with_renamed_columns
SELECT c.*, c.title AS again FROM shop.categories AS c (key, parent, title);

-- case: star_of_table_with_dropped_column
SELECT * FROM shop.legacy;

-- case: star_of_inheritance_child
SELECT * FROM shop.trucks;

-- case: star_of_partitioned_table
SELECT * FROM shop.events;

-- case: star_of_columnless_table
SELECT * FROM shop.bare;

-- case: star_of_columnless_table_and_more
SELECT b.*, s.key FROM shop.bare b, public.settings s;

-- case: star_of_foreign_table
SELECT r.* FROM shop.remote_stock r;

-- case: no_columns_no_from
SELECT;

-- case: no_columns_from_table
SELECT FROM shop.orders WHERE total > 0;

-- case: no_columns_with_where_only
SELECT WHERE EXISTS (SELECT 1 FROM crm.contacts);

-- case: constants_without_from
SELECT 1 AS one, 'two' AS two, NULL AS three, TRUE AS four, 5.0e3 AS five;

-- case: constant_columns_from_table
SELECT 'x' AS kind, 0 AS n FROM shop.orders;

-- case: aliases_without_as
SELECT id order_no, total amount, currency unit_of_money FROM shop.orders;

-- case: aliases_that_are_nonreserved_words
SELECT id AS select, total AS "from", note AS where, currency AS order FROM shop.orders;

-- case: bare_aliases_that_are_keywords
-- since: 14
SELECT id key, total value, note text, status type FROM shop.orders;

-- case: alias_swaps_columns
SELECT note AS currency, currency AS note FROM shop.orders;

-- case: alias_same_as_table
SELECT id AS orders FROM shop.orders;

-- case: select_all_keyword
SELECT ALL id, total FROM shop.orders;

-- case: distinct_columns
SELECT DISTINCT currency, status FROM shop.orders;

-- case: distinct_star
SELECT DISTINCT * FROM shop.order_items;

-- case: distinct_expression
SELECT DISTINCT upper(name) AS big, length(name) AS n FROM shop.customers;

-- case: distinct_on_one
SELECT DISTINCT ON (customer_id) customer_id, placed_at, total
FROM shop.orders
ORDER BY customer_id, placed_at DESC;

-- case: distinct_on_unselected_column
SELECT DISTINCT ON (o.customer_id) o.id FROM shop.orders AS o ORDER BY o.customer_id, o.total DESC NULLS LAST;

-- case: distinct_on_expression_and_ordinal
SELECT DISTINCT ON (date_trunc('day', placed_at), 2) id, currency, total
FROM shop.orders ORDER BY date_trunc('day', placed_at), 2, total;

-- case: distinct_on_output_name
SELECT DISTINCT ON (month) date_trunc('month', placed_at) AS month, id
FROM shop.orders ORDER BY month, id;

-- case: distinct_on_with_subquery
SELECT DISTINCT ON ((SELECT max(p.amount) FROM shop.payments p WHERE p.order_id = o.id)) o.id
FROM shop.orders o;

-- case: column_qualified_by_schema
SELECT shop.orders.id, shop.orders.total FROM shop.orders;

-- case: column_qualified_by_database
SELECT oracle.shop.orders.id FROM oracle.shop.orders WHERE oracle.shop.orders.total > 1;

-- case: mixed_qualification
SELECT id, orders.total, shop.orders.note FROM oracle.shop.orders;

-- case: same_column_twice_with_aliases
SELECT id AS a, id AS b, orders.id AS c, shop.orders.id AS d FROM shop.orders;

-- case: srf_in_select_list
SELECT c.id, unnest(c.tags) AS tag FROM shop.customers c;

-- case: two_srfs_in_select_list
SELECT generate_series(1, 3) AS n, unnest(tags) AS tag, id FROM shop.orders;

-- case: nested_srf_in_select_list
SELECT id, generate_series(1, unnest(dims)) AS step FROM shop.products;

-- case: columns_given_by_the_view
-- columns: order_no, "Amount"
SELECT id, total FROM shop.orders;

-- case: fewer_columns_given_than_selected
-- columns: order_no
SELECT id, total, currency FROM shop.orders;

-- case: view_columns_over_clashing_names
-- columns: a, b, c
SELECT o.id, p.id, i.id FROM shop.orders o, shop.payments p, crm.invoices i;

-- case: view_columns_over_a_star
-- columns: k, v
SELECT * FROM public.settings;

-- case: where_column_not_selected
SELECT id FROM shop.orders WHERE note IS NOT NULL AND currency = 'EUR';

-- case: for_update_of_alias
SELECT o.id FROM shop.orders o JOIN shop.payments p ON p.order_id = o.id FOR UPDATE OF o;

-- case: for_share_skip_locked
SELECT id FROM shop.orders ORDER BY id FOR SHARE SKIP LOCKED;

-- case: several_locking_clauses
SELECT o.id FROM shop.orders AS o, shop.payments AS p
WHERE o.id = p.order_id FOR NO KEY UPDATE OF o NOWAIT FOR KEY SHARE OF p;

-- case: distinct_on_star
SELECT DISTINCT ON (currency) * FROM shop.orders ORDER BY currency, placed_at DESC;

-- case: star_and_window
SELECT *, count(*) OVER (PARTITION BY currency) AS n FROM shop.daily_sales;

-- case: star_twice_under_view_columns
-- columns: k1, v1, k2, v2
SELECT s.*, settings.* FROM public.settings s, public.settings;

-- case: star_of_using_join_puts_merged_columns_first
SELECT * FROM (SELECT note, id AS order_id FROM shop.orders) o JOIN (SELECT gross, order_id FROM shop.order_totals) t USING (order_id);

-- case: star_of_side_of_using_join_keeps_own_order
SELECT o.*, t.gross FROM (SELECT note, id AS order_id FROM shop.orders) o JOIN (SELECT gross, order_id FROM shop.order_totals) t USING (order_id);

-- case: star_of_using_chain_left_to_right
SELECT * FROM (SELECT 1 AS a, 2 AS k, 3 AS m) x JOIN (SELECT 4 AS b, 2 AS k) y USING (k) LEFT JOIN (SELECT 3 AS m, 2 AS k, 5 AS c) z USING (m, k);

-- case: star_of_using_join_with_renamed_tables
SELECT * FROM shop.categories AS a (k, up, label) JOIN shop.remote_stock AS b (path, n) USING (path);

-- case: star_mixed_functions_and_tables
SELECT * FROM public.settings, generate_series(1, 2) AS n, LATERAL (SELECT key || n AS both_of_them) AS l;

-- case: star_over_cte_over_star_over_join
WITH a AS (SELECT * FROM crm.phone_book NATURAL JOIN (SELECT phone, notes FROM crm.contacts) k), b AS (SELECT a.*, 1 AS one FROM a)
SELECT * FROM b WHERE one = 1;

-- case: star_in_exists_and_in_subquery
SELECT id FROM shop.orders o WHERE EXISTS (SELECT * FROM shop.payments p, crm.contacts k WHERE p.order_id = o.id) AND id IN (SELECT q.* FROM (SELECT order_id FROM shop.payments) q);

-- case: star_of_values_and_alias_list
SELECT v.*, o.id FROM (VALUES (1, 2, 3)) AS v (a, b), shop.orders o WHERE v.column3 = o.id;

-- case: star_of_parenthesised_join
SELECT * FROM (crm.phone_book b CROSS JOIN public.settings s);

-- case: star_hidden_behind_join_alias
SELECT j.* FROM (crm.phone_book b JOIN public.settings s ON s.key = b.name) AS j (who, "Number");
