-- WITH queries: scope, shadowing, nesting, column lists, and every place where a WITH may stand.

-- case: cte_plain
WITH recent AS (SELECT id, total FROM shop.orders WHERE placed_at > now() - interval '1 day')
SELECT id, total FROM recent;

-- case: cte_several_in_chain
with a as (select id, customer_id from shop.orders),
     b as (select a.id, c.name from a join shop.customers c on c.id = a.customer_id),
     c as (select * from b)
select * from c;

-- case: cte_unused
WITH unused AS (SELECT phone FROM crm.contacts) SELECT id FROM shop.orders;

-- case: cte_one_of_two_unused
WITH used AS (SELECT id FROM shop.orders), unused AS (SELECT * FROM used, shop.bare) SELECT id FROM used;

-- case: cte_used_twice
WITH o AS (SELECT id, total FROM shop.orders) SELECT x.id, y.total FROM o x JOIN o AS y ON x.id = y.id + 1;

-- case: cte_column_list
WITH w (a, b) AS (SELECT id, name FROM shop.categories) SELECT b, a FROM w;

-- case: cte_partial_column_list
WITH w (a) AS (SELECT id, name FROM shop.categories) SELECT a, name FROM w;

-- case: cte_column_list_and_alias_list
WITH w (a, b) AS (SELECT id, name FROM shop.categories) SELECT * FROM w AS v (x);

-- case: cte_column_list_quoted
WITH "W" ("A", a) AS (SELECT "A", a FROM "Odd Schema".plain) SELECT "W"."A" AS big, w2.a FROM "W", "W" AS w2;

-- case: cte_materialized
WITH w AS MATERIALIZED (SELECT id FROM shop.orders) SELECT * FROM w;

-- case: cte_not_materialized
WITH w AS NOT MATERIALIZED (SELECT id FROM shop.orders), x AS MATERIALIZED (TABLE shop.categories) SELECT w.id, x.name FROM w, x;

-- case: cte_values
WITH codes (code, label) AS (VALUES ('EUR', 'euro'), ('USD', 'dollar')) SELECT o.id, c.label FROM shop.orders o JOIN codes c ON c.code = o.currency;

-- case: cte_table_command
WITH t AS (TABLE shop.categories) TABLE t;

-- case: cte_shadows_table
WITH customers AS (SELECT order_id AS id FROM shop.payments) SELECT id FROM customers;

-- case: cte_shadows_table_and_qualified_reads_it
WITH orders AS (SELECT id FROM shop.payments) SELECT a.id, b.total FROM orders a JOIN shop.orders b ON a.id = b.id;

-- case: cte_shadows_the_table_it_reads
WITH orders AS (SELECT id, total FROM orders) SELECT id FROM orders;

-- case: cte_shadows_the_table_it_reads_qualified
WITH orders AS (SELECT id, total * 2 AS total FROM shop.orders) SELECT total FROM orders;

-- case: cte_later_name_means_table_in_earlier_cte
WITH a AS (SELECT id FROM payments), payments AS (SELECT id FROM shop.orders) SELECT a.id, p.id AS p FROM a, payments p;

-- case: cte_earlier_name_means_cte_in_later_cte
WITH payments AS (SELECT id FROM shop.orders), a AS (SELECT id FROM payments) SELECT a.id FROM a;

-- case: cte_qualified_name_is_never_a_cte
WITH categories AS (SELECT 1 AS one) SELECT shop.categories.name FROM shop.categories;

-- case: cte_case_folds
WITH Recent AS (SELECT id FROM shop.orders) SELECT RECENT.id FROM recent;

-- case: cte_quoted_name_differs_from_folded
WITH "Orders" AS (SELECT 1 AS one) SELECT x.one, o.id FROM "Orders" x, orders o;

-- case: cte_named_like_keyword
WITH "select" AS (SELECT id FROM shop.orders), "with" AS (SELECT id FROM "select") SELECT id FROM "with";

-- case: cte_named_like_its_column
WITH id AS (SELECT id FROM shop.orders) SELECT id FROM id;

-- case: cte_nested_inside_cte
WITH outer_one AS (
    WITH inner_one AS (SELECT id FROM shop.orders)
    SELECT id FROM inner_one
)
SELECT id FROM outer_one;

-- case: cte_inner_name_not_visible_outside
WITH a AS (WITH payments AS (SELECT id FROM shop.orders) SELECT id FROM payments)
SELECT a.id, p.amount FROM a JOIN payments p ON p.id = a.id;

-- case: cte_same_name_at_three_depths
WITH x AS (SELECT id FROM shop.orders)
SELECT x.id, s.name
FROM x, (WITH x AS (SELECT name FROM shop.categories)
         SELECT x.name FROM x, (WITH x AS (SELECT phone FROM crm.contacts) SELECT phone FROM x) AS deep) AS s;

-- case: cte_inner_hides_outer
WITH x AS (SELECT id FROM shop.orders) SELECT (WITH x AS (SELECT count(*) AS n FROM shop.payments) SELECT n FROM x) AS n, id FROM x;

-- case: cte_inner_reads_outer_of_same_name
WITH x AS (SELECT id FROM shop.orders) SELECT * FROM (WITH x AS (SELECT id + 1 AS id FROM x) SELECT id FROM x) AS y;

-- case: cte_outer_used_in_inner
WITH o AS (SELECT id, customer_id FROM shop.orders)
SELECT c.name, (WITH mine AS (SELECT id FROM o WHERE o.customer_id = c.id) SELECT count(*) FROM mine) AS n FROM shop.customers c;

-- case: cte_in_from_subquery
SELECT s.id FROM (WITH w AS (SELECT id FROM shop.orders) SELECT id FROM w) AS s;

-- case: cte_in_where
SELECT id FROM shop.orders WHERE customer_id IN (WITH good AS (SELECT id FROM shop.customers WHERE score > 5) SELECT id FROM good);

-- case: cte_in_exists
SELECT id FROM shop.orders o WHERE EXISTS (WITH p AS (SELECT 1 FROM shop.payments WHERE order_id = o.id) SELECT FROM p);

-- case: cte_in_order_by
SELECT id FROM shop.orders o ORDER BY (WITH p AS (SELECT max(amount) AS m FROM shop.payments WHERE order_id = o.id) SELECT m FROM p);

-- case: cte_in_limit
SELECT id FROM shop.orders LIMIT (WITH s AS (SELECT value::int AS v FROM public.settings WHERE key = 'page') SELECT v FROM s);

-- case: cte_in_offset
SELECT id FROM shop.orders OFFSET (WITH s AS (SELECT count(*) AS n FROM crm.contacts) SELECT n FROM s);

-- case: cte_in_join_on
SELECT o.id FROM shop.orders o JOIN shop.payments p ON p.amount > (WITH a AS (SELECT avg(total) AS v FROM shop.orders) SELECT v FROM a);

-- case: cte_in_case
SELECT CASE WHEN (WITH w AS (SELECT 1 FROM shop.payments) SELECT count(*) FROM w) > 3 THEN 'many' ELSE 'few' END AS size FROM shop.categories;

-- case: cte_in_filter
SELECT count(*) FILTER (WHERE total > (WITH w AS (SELECT avg(amount) AS a FROM shop.payments) SELECT a FROM w)) AS n FROM shop.orders;

-- case: cte_in_window
SELECT id, sum(total) OVER (PARTITION BY (WITH w AS (SELECT c.country FROM shop.customers c WHERE c.id = o.customer_id) SELECT country FROM w)) AS s FROM shop.orders o;

-- case: cte_in_values
VALUES ((WITH w AS (SELECT max(id) AS m FROM shop.orders) SELECT m FROM w), 1);

-- case: cte_in_having
SELECT currency FROM shop.orders GROUP BY currency HAVING sum(total) > (WITH w AS (SELECT sum(amount) AS s FROM shop.payments) SELECT s FROM w);

-- case: cte_in_group_by
SELECT count(*) AS n FROM shop.orders o GROUP BY (WITH w AS (SELECT name FROM shop.customers c WHERE c.id = o.customer_id) SELECT name FROM w);

-- case: cte_in_array
SELECT ARRAY(WITH w AS (SELECT id FROM shop.orders) SELECT id FROM w ORDER BY id) AS ids;

-- case: cte_in_lateral
SELECT c.id, l.n FROM shop.customers c, LATERAL (WITH mine AS (SELECT id FROM shop.orders WHERE customer_id = c.id) SELECT count(*) AS n FROM mine) l;

-- case: cte_in_function_argument
SELECT shop.net((WITH w AS (SELECT sum(total) AS t FROM shop.orders) SELECT t FROM w)) AS net;

-- case: cte_in_function_in_from
SELECT n FROM generate_series(1, (WITH w AS (SELECT count(*)::int AS c FROM shop.orders) SELECT c FROM w)) AS n;

-- case: cte_on_union
WITH w AS (SELECT id FROM shop.orders) SELECT id FROM w UNION SELECT id FROM shop.payments EXCEPT SELECT id FROM w;

-- case: cte_inside_union_arm
SELECT id FROM shop.orders UNION ALL (WITH w AS (SELECT id FROM shop.payments) SELECT id FROM w);

-- case: cte_inside_both_union_arms
(WITH w AS (SELECT id FROM shop.orders) SELECT id FROM w) UNION (WITH w AS (SELECT order_id FROM shop.payments) SELECT order_id FROM w);

-- case: cte_over_parenthesised_query
WITH w AS (SELECT id, note FROM shop.orders) (SELECT id FROM w ORDER BY id LIMIT 1);

-- case: cte_over_values
WITH w AS (SELECT max(id) AS m FROM shop.orders) VALUES ((SELECT m FROM w));

-- case: cte_body_is_union
WITH w AS (SELECT id, 'o' AS kind FROM shop.orders UNION ALL SELECT id, 'p' FROM shop.payments) SELECT kind, count(*) FROM w GROUP BY kind;

-- case: cte_whole_row
WITH w AS (SELECT id, note FROM shop.orders) SELECT row_to_json(w) AS j FROM w;

-- case: cte_star_through_three
WITH a AS (SELECT * FROM shop.categories), b AS (SELECT a.*, 1 AS extra FROM a), c AS (SELECT b.* FROM b) SELECT * FROM c;

-- case: cte_correlation_name_same_as_table
WITH w AS (SELECT id FROM shop.orders) SELECT orders.id FROM w AS orders;

-- case: cte_alias_hides_cte_name
WITH w AS (SELECT id FROM shop.orders), v AS (SELECT key FROM public.settings) SELECT w.key FROM v AS w;

-- case: cte_name_in_string_and_comment
WITH w AS (SELECT 'FROM shop.payments' AS q /* , v AS (SELECT 1 FROM crm.contacts) */ FROM public.settings) SELECT q FROM w;

-- case: cte_columns_pruned
WITH w AS (SELECT id, total, note, currency FROM shop.orders) SELECT total FROM w;

-- case: cte_forward_reference_to_table_with_recursive_keyword
WITH RECURSIVE a AS (SELECT id FROM payments), payments AS (SELECT 1 AS id) SELECT id FROM a;

-- case: cte_search_path_table_hidden_only_after
SELECT (SELECT count(*) FROM settings) AS before_it, (WITH settings AS (SELECT 1) SELECT count(*) FROM settings) AS inside;

-- case: cte_nested_with_in_second_cte_sees_first
WITH a AS (SELECT id FROM shop.orders), b AS (WITH c AS (SELECT id FROM a) SELECT c.id FROM c, a WHERE c.id = a.id) SELECT id FROM b;

-- case: cte_order_by_subquery_on_cte
WITH a AS (SELECT currency, count(*) AS n FROM shop.orders GROUP BY 1) SELECT o.id FROM shop.orders o ORDER BY (SELECT n FROM a WHERE a.currency = o.currency), o.id;
