-- Subqueries at every place, correlated or not, and every operator that takes one.

-- case: sub_scalar_in_select_list
SELECT c.id, (SELECT max(o.total) FROM shop.orders o WHERE o.customer_id = c.id) AS best FROM shop.customers c;

-- case: sub_scalar_uncorrelated
SELECT (SELECT count(*) FROM shop.payments) AS payments, (SELECT count(*) FROM shop.orders) AS orders;

-- case: sub_correlated_unqualified
SELECT name, (SELECT sum(total) FROM shop.orders WHERE customer_id = customers.id) AS spent FROM shop.customers;

-- case: sub_column_falls_through_to_outer
SELECT id FROM shop.customers WHERE id IN (SELECT score FROM shop.orders);

-- case: sub_inner_column_hides_outer
SELECT id FROM shop.customers WHERE EXISTS (SELECT FROM shop.orders WHERE id = customer_id AND country = currency);

-- case: sub_alias_hides_outer_alias
SELECT o.id FROM shop.orders o WHERE EXISTS (SELECT 1 FROM shop.payments o WHERE o.amount > 10);

-- case: sub_two_levels_up
SELECT c.name FROM shop.customers c WHERE EXISTS (
  SELECT 1 FROM shop.orders o WHERE o.customer_id = c.id AND EXISTS (
    SELECT 1 FROM shop.payments p WHERE p.order_id = o.id AND p.amount > c.score));

-- case: sub_exists
SELECT id FROM shop.orders o WHERE EXISTS (SELECT * FROM shop.order_items i WHERE i.order_id = o.id);

-- case: sub_not_exists_empty_list
SELECT id FROM shop.orders o WHERE NOT EXISTS (SELECT FROM shop.payments p WHERE p.order_id = o.id);

-- case: sub_in
SELECT id FROM shop.orders WHERE customer_id IN (SELECT id FROM shop.customers WHERE country = 'NL');

-- case: sub_not_in
SELECT id FROM shop.orders WHERE id NOT IN (SELECT order_id FROM shop.payments WHERE order_id IS NOT NULL);

-- case: sub_row_in
SELECT o.id FROM shop.orders o WHERE (o.id, o.total) IN (SELECT p.order_id, p.amount FROM shop.payments p);

-- case: sub_row_keyword_in
SELECT o.id FROM shop.orders o WHERE ROW(o.id, 1) IN (SELECT i.order_id, i.line_no FROM shop.order_items i);

-- case: sub_any
SELECT id FROM shop.orders WHERE total > ANY (SELECT amount FROM shop.payments);

-- case: sub_some
SELECT id FROM shop.orders WHERE total = SOME (SELECT amount FROM shop.payments);

-- case: sub_all
SELECT id FROM shop.orders WHERE total >= ALL (SELECT amount FROM shop.payments WHERE method = 'card');

-- case: sub_row_any
SELECT id FROM shop.orders o WHERE (o.currency, o.total) = ANY (SELECT p.method, p.amount FROM shop.payments p);

-- case: sub_row_less_than_all
SELECT line_no FROM shop.order_items WHERE (order_id, line_no) < ALL (SELECT i.order_id, i.line_no FROM shop.order_items i WHERE quantity > 1);

-- case: sub_any_like
SELECT id FROM shop.orders WHERE note LIKE ANY (SELECT value FROM public.settings WHERE key LIKE 'pattern%');

-- case: sub_not_like_all
SELECT id FROM shop.orders WHERE note NOT ILIKE ALL (SELECT s.value FROM public.settings s);

-- case: sub_any_operator_schema
SELECT id FROM shop.orders WHERE total OPERATOR(pg_catalog.=) ANY (SELECT amount FROM shop.payments);

-- case: sub_any_array_expression
SELECT id FROM shop.orders WHERE 'gift' = ANY (tags) AND currency <> ALL (ARRAY['EUR', 'USD']);

-- case: sub_any_array_subquery
SELECT id FROM shop.orders WHERE id = ANY (ARRAY(SELECT order_id FROM shop.payments));

-- case: sub_array
SELECT c.id, ARRAY(SELECT o.id FROM shop.orders o WHERE o.customer_id = c.id ORDER BY o.placed_at) AS order_ids FROM shop.customers c;

-- case: sub_row_equals_scalar_row
SELECT id FROM shop.orders WHERE (customer_id, total) = (SELECT c.id, c.score FROM shop.customers c LIMIT 1);

-- case: sub_row_is_distinct
SELECT id FROM shop.orders o WHERE (SELECT p.amount FROM shop.payments p WHERE p.order_id = o.id LIMIT 1) IS DISTINCT FROM o.total;

-- case: sub_in_from_correlated_inside
SELECT s.id FROM (SELECT o.id FROM shop.orders o WHERE o.total > (SELECT avg(x.total) FROM shop.orders x WHERE x.currency = o.currency)) s;

-- case: sub_in_having
SELECT currency FROM shop.orders GROUP BY currency HAVING sum(total) > (SELECT avg(amount) FROM shop.payments);

-- case: sub_in_having_correlated
SELECT o.customer_id FROM shop.orders o GROUP BY o.customer_id HAVING EXISTS (SELECT 1 FROM shop.customers c WHERE c.id = o.customer_id AND c.score > count(o.id));

-- case: sub_in_order_by
SELECT o.id FROM shop.orders o ORDER BY (SELECT sum(i.quantity) FROM shop.order_items i WHERE i.order_id = o.id) DESC;

-- case: sub_in_limit_and_offset
SELECT id FROM shop.orders ORDER BY id LIMIT (SELECT value::int FROM public.settings WHERE key = 'l') OFFSET (SELECT count(*) / 2 FROM shop.categories);

-- case: sub_inside_aggregate
SELECT c.country, sum((SELECT count(*) FROM shop.orders o WHERE o.customer_id = c.id)) AS orders FROM shop.customers c GROUP BY c.country;

-- case: sub_around_outer_aggregate
SELECT c.country, (SELECT max(p.id) FROM shop.payments p WHERE p.id < max(c.id)) AS m FROM shop.customers c GROUP BY c.country;

-- case: sub_aggregate_belongs_to_outer_query
SELECT (SELECT count(c.id)) AS n FROM shop.customers c;

-- case: sub_in_aggregate_order_by
SELECT string_agg(o.note, ',' ORDER BY (SELECT c.name FROM shop.customers c WHERE c.id = o.customer_id)) AS notes FROM shop.orders o;

-- case: sub_in_filter
SELECT count(*) FILTER (WHERE o.total > (SELECT avg(total) FROM shop.orders)) AS above FROM shop.orders o;

-- case: sub_in_window_partition
SELECT o.id, count(*) OVER (PARTITION BY (SELECT c.country FROM shop.customers c WHERE c.id = o.customer_id)) AS n FROM shop.orders o;

-- case: sub_in_group_by
SELECT count(*) AS n FROM shop.orders o GROUP BY (SELECT c.country FROM shop.customers c WHERE c.id = o.customer_id);

-- case: sub_in_case_parts
SELECT CASE (SELECT status FROM shop.orders LIMIT 1)
         WHEN (SELECT 'new'::shop.order_status FROM crm.contacts LIMIT 1) THEN (SELECT name FROM shop.categories LIMIT 1)
         ELSE (SELECT key FROM public.settings LIMIT 1) END AS answer;

-- case: sub_in_coalesce
SELECT COALESCE((SELECT p.method FROM shop.payments p WHERE p.order_id = o.id LIMIT 1), o.note) AS how FROM shop.orders o;

-- case: sub_in_array_constructor
SELECT ARRAY[(SELECT min(id) FROM shop.orders), (SELECT max(id) FROM shop.payments)] AS ends;

-- case: sub_in_subscript
SELECT tags[(SELECT value::int FROM public.settings WHERE key = 'tag')] AS tag FROM shop.orders;

-- case: sub_in_slice
SELECT dims[(SELECT 1):(SELECT max(id) FROM shop.categories)] AS part FROM shop.products;

-- case: sub_in_between
SELECT id FROM shop.orders WHERE total BETWEEN (SELECT min(amount) FROM shop.payments) AND (SELECT max(amount) FROM shop.payments);

-- case: sub_in_cast_and_collate
SELECT (SELECT name FROM shop.categories LIMIT 1)::varchar(5) COLLATE "C" AS short;

-- case: sub_in_function_argument
SELECT shop.net((SELECT sum(amount) FROM shop.payments), rate => (SELECT value::numeric FROM public.settings WHERE key = 'vat')) AS net;

-- case: sub_in_interval_arithmetic
SELECT placed_at + (SELECT value FROM public.settings WHERE key = 'grace')::interval AS due FROM shop.orders;

-- case: sub_in_distinct_from_row
SELECT id FROM shop.orders WHERE ROW((SELECT 1), note) IS NOT DISTINCT FROM ROW(1, currency);

-- case: sub_field_of_composite
SELECT (SELECT c.address FROM shop.customers c LIMIT 1) AS address, ((SELECT c.address FROM shop.customers c WHERE c.id = 1)).city;

-- case: sub_whole_row_field
SELECT ((SELECT o FROM shop.orders o LIMIT 1)).total;

-- case: sub_whole_row_expanded
SELECT ((SELECT s FROM public.settings s LIMIT 1)).*;

-- case: sub_nested_scalar
SELECT (SELECT (SELECT (SELECT max(id) FROM shop.orders))) AS deep;

-- case: sub_with_own_joins
SELECT c.name, (SELECT sum(p.amount) FROM shop.orders o JOIN shop.payments p ON p.order_id = o.id WHERE o.customer_id = c.id) AS paid FROM crm.customers c;

-- case: sub_select_list_of_exists_ignored_columns
SELECT id FROM shop.categories g WHERE EXISTS (SELECT p.sku, p.price FROM shop.products p WHERE p.category_id = g.id);

-- case: sub_lateral_left_reads_two
SELECT o.id, x.n FROM shop.orders o JOIN shop.customers c ON c.id = o.customer_id
LEFT JOIN LATERAL (SELECT count(*) AS n FROM shop.payments p WHERE p.order_id = o.id AND p.method = c.country) x ON true;

-- case: sub_where_over_derived_and_exists
SELECT d.currency FROM (SELECT currency, sum(total) AS t FROM shop.orders GROUP BY currency) d WHERE d.t > 5 AND EXISTS (SELECT 1 FROM crm.invoices v WHERE v."Total" = d.t);

-- case: sub_same_table_at_three_places
SELECT o.id, (SELECT count(*) FROM shop.orders) AS n FROM shop.orders o WHERE o.total > (SELECT avg(total) FROM shop.orders);

-- case: sub_not_in_values
SELECT id FROM shop.orders WHERE currency NOT IN (VALUES ('EUR'), ((SELECT value FROM public.settings WHERE key = 'cur')));

-- case: sub_in_list_of_scalars
SELECT id FROM shop.orders WHERE id IN (1, (SELECT max(order_id) FROM shop.payments), 3);

-- case: sub_parenthesised_twice_in_any
SELECT id FROM shop.orders WHERE id = ANY ((SELECT array_agg(order_id) FROM shop.payments)::bigint[]);

-- case: sub_double_parentheses_in
SELECT id FROM shop.orders WHERE id IN ((SELECT order_id FROM shop.payments));

-- case: sub_in_lateral_function_arguments
SELECT c.id, g.n FROM shop.customers c, generate_series(1, (SELECT count(*) FROM shop.orders o WHERE o.customer_id = c.id)) AS g (n);

-- case: sub_on_both_sides_of_in
SELECT id FROM shop.orders o WHERE (SELECT c.country FROM shop.customers c WHERE c.id = o.customer_id) IN (SELECT value FROM public.settings);

-- case: sub_name_resolves_to_nearest
SELECT a.id FROM shop.orders a WHERE a.id IN (SELECT a.id FROM shop.payments a WHERE a.id IN (SELECT a.id FROM shop.customers a));

-- case: sub_outer_alias_equals_inner_table
SELECT payments.id FROM shop.orders AS payments WHERE EXISTS (SELECT payments.amount FROM shop.payments);

-- case: sub_outer_seen_past_same_named_column
SELECT o.id FROM shop.orders o WHERE EXISTS (SELECT 1 FROM (SELECT note FROM shop.note WHERE note = o.note) s WHERE s.note = currency);

-- case: sub_values_correlated
SELECT o.id, (SELECT max(v.x) FROM (VALUES (o.total), ((SELECT p.amount FROM shop.payments p WHERE p.order_id = o.id LIMIT 1))) AS v (x)) AS top FROM shop.orders o;

-- case: sub_union_correlated
SELECT c.id, ARRAY(SELECT o.note FROM shop.orders o WHERE o.customer_id = c.id UNION SELECT c.country EXCEPT SELECT k.phone FROM crm.contacts k) AS words FROM shop.customers c;
