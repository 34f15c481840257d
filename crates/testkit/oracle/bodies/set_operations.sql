-- UNION, INTERSECT, EXCEPT: precedence, names, and what may hang on the result.

-- case: union_plain
SELECT id FROM shop.orders UNION SELECT id FROM shop.payments;

-- case: union_all
SELECT id, total FROM shop.orders UNION ALL SELECT id, amount FROM shop.payments;

-- case: union_distinct_keyword
SELECT id FROM shop.orders UNION DISTINCT SELECT id FROM shop.payments;

-- case: intersect_plain
SELECT id FROM shop.orders INTERSECT SELECT order_id FROM shop.payments;

-- case: intersect_all
select sku from shop.products intersect all select sku from shop.remote_stock;

-- case: except_plain
SELECT sku FROM shop.remote_stock EXCEPT SELECT sku FROM shop.products;

-- case: except_all
SELECT currency FROM shop.orders EXCEPT ALL SELECT currency FROM shop.daily_sales;

-- case: set_names_from_first_arm
SELECT id AS left_name FROM shop.orders UNION SELECT id AS right_name FROM shop.payments;

-- case: set_names_invented_in_first_arm
SELECT upper(name), CASE WHEN true THEN 1 END FROM shop.categories UNION SELECT note, 2 FROM shop.orders;

-- case: set_three_arms
SELECT 'c' AS kind, id FROM shop.customers
UNION ALL SELECT 'g', id FROM shop.categories
UNION ALL SELECT 'e', id FROM shop.employees;

-- case: set_precedence_intersect_binds_tighter
SELECT id FROM shop.orders UNION SELECT id FROM shop.payments INTERSECT SELECT id FROM shop.customers;

-- case: set_precedence_parentheses
(SELECT id FROM shop.orders UNION SELECT id FROM shop.payments) INTERSECT SELECT id FROM shop.customers;

-- case: set_parentheses_on_the_right
SELECT id FROM shop.orders EXCEPT (SELECT id FROM shop.payments EXCEPT SELECT id FROM shop.customers);

-- case: set_parenthesised_arms_with_limits
(SELECT id, total FROM shop.orders ORDER BY total DESC LIMIT 3)
UNION ALL
(SELECT id, amount FROM shop.payments ORDER BY amount LIMIT 3);

-- case: set_order_by_name
SELECT id, note FROM shop.orders UNION SELECT id, method FROM shop.payments ORDER BY note, id DESC;

-- case: set_order_by_ordinal_with_limit
SELECT id FROM shop.orders UNION SELECT id FROM shop.payments ORDER BY 1 LIMIT 10 OFFSET 2;

-- case: set_order_by_in_parentheses_outside
(SELECT id FROM shop.orders) UNION (SELECT id FROM shop.payments) ORDER BY id FETCH FIRST 3 ROWS ONLY;

-- case: set_stars
SELECT * FROM public.settings UNION SELECT * FROM public.settings WHERE key LIKE 'a%';

-- case: set_star_against_columns
SELECT id, note, currency FROM shop.orders UNION ALL SELECT * FROM shop.legacy;

-- case: set_with_values
SELECT id, name FROM shop.categories UNION VALUES (0, 'none');

-- case: set_values_first
VALUES (0, 'none') UNION ALL SELECT id, name FROM shop.categories;

-- case: set_table_commands
TABLE shop.events_2024 UNION ALL TABLE shop.events_2025;

-- case: set_in_subquery
SELECT u.id FROM (SELECT id FROM shop.orders UNION SELECT order_id FROM shop.payments) AS u WHERE u.id > 3;

-- case: set_in_subquery_renamed
SELECT u.k FROM (SELECT id FROM shop.orders EXCEPT SELECT order_id FROM crm.invoices) AS u (k);

-- case: set_in_exists
SELECT c.id FROM shop.customers c WHERE EXISTS (SELECT 1 FROM shop.orders WHERE customer_id = c.id UNION SELECT 1 FROM crm.invoices WHERE id = c.id);

-- case: set_in_in
SELECT id FROM shop.orders WHERE id NOT IN (SELECT order_id FROM shop.payments UNION ALL SELECT order_id FROM crm.invoices);

-- case: set_in_scalar
SELECT (SELECT total FROM shop.orders INTERSECT SELECT amount FROM shop.payments LIMIT 1) AS common_value;

-- case: set_arm_with_join_and_group
SELECT c.name, sum(o.total) FROM shop.customers c JOIN shop.orders o ON o.customer_id = c.id GROUP BY c.name
UNION ALL
SELECT 'all', sum(total) FROM shop.orders;

-- case: set_arm_with_window
SELECT id, row_number() OVER (ORDER BY total) AS n FROM shop.orders UNION SELECT id, 0 FROM shop.payments;

-- case: set_null_arms_resolve_type
SELECT NULL AS what, id FROM shop.orders UNION ALL SELECT NULL, id FROM shop.payments UNION ALL SELECT phone, id FROM crm.contacts;

-- case: set_constant_arms
SELECT 1 AS n UNION SELECT 2 UNION SELECT 3;

-- case: set_nested_three_deep
((SELECT id FROM shop.orders EXCEPT SELECT id FROM shop.payments) UNION (SELECT id FROM shop.customers INTERSECT (SELECT id FROM shop.employees UNION ALL SELECT id FROM shop.categories)));

-- case: set_whole_query_in_parentheses
(SELECT id, total FROM shop.orders);

-- case: set_whole_query_in_double_parentheses_with_order
((SELECT id, total FROM shop.orders) ORDER BY total) LIMIT 1;

-- case: set_distinct_on_in_arm
(SELECT DISTINCT ON (currency) currency, id FROM shop.orders ORDER BY currency, id) UNION ALL SELECT method, id FROM shop.payments;

-- case: set_no_columns
SELECT FROM shop.orders UNION ALL SELECT FROM shop.payments;

-- case: set_cte_reused_in_arms
WITH base AS (SELECT id, currency, total FROM shop.orders)
SELECT currency, sum(total) AS s FROM base GROUP BY currency UNION ALL SELECT 'total', sum(total) FROM base ORDER BY s DESC NULLS LAST;

-- case: set_lateral_arm
SELECT p.id, x.v FROM shop.products p CROSS JOIN LATERAL (SELECT p.name UNION SELECT p.sku UNION SELECT c.name FROM shop.categories c WHERE c.id = p.category_id) AS x (v);

-- case: set_corresponding_columns_swapped
SELECT note AS a, currency AS b FROM shop.orders UNION SELECT value AS b, key AS a FROM public.settings;
