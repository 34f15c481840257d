-- GROUP BY in every form, HAVING, grouping sets.

-- case: group_by_column
SELECT currency, count(*) AS n FROM shop.orders GROUP BY currency;

-- case: group_by_ordinal
SELECT currency, status, sum(total) AS s FROM shop.orders GROUP BY 1, 2;

-- case: group_by_output_name
SELECT date_trunc('day', placed_at) AS day, count(*) AS n FROM shop.orders GROUP BY day;

-- case: group_by_input_column_wins_over_output_name
SELECT upper(note) AS currency, count(*) AS n FROM shop.orders GROUP BY currency, note;

-- case: group_by_expression
SELECT extract(year FROM placed_at) AS y, count(*) AS n FROM shop.orders GROUP BY extract(year FROM placed_at);

-- case: group_by_column_not_selected
SELECT count(*) AS n FROM shop.orders GROUP BY customer_id, currency;

-- case: group_by_primary_key_dependency
SELECT c.id, c.name, c.country, count(o.id) AS orders
FROM shop.customers c LEFT JOIN shop.orders o ON o.customer_id = c.id
GROUP BY c.id;

-- case: group_by_primary_key_star
SELECT g.*, count(p.id) AS products FROM shop.categories g JOIN shop.products p ON p.category_id = g.id GROUP BY g.id;

-- case: group_by_composite_primary_key
SELECT i.order_id, i.line_no, i.price, max(p.amount) AS m FROM shop.order_items i JOIN shop.payments p USING (order_id) GROUP BY i.order_id, i.line_no;

-- case: group_by_parenthesised_list
SELECT currency, status FROM shop.orders GROUP BY (currency, status);

-- case: group_by_empty
SELECT count(*) AS n FROM shop.orders GROUP BY ();

-- case: group_by_rollup
SELECT currency, status, sum(total) AS s FROM shop.orders GROUP BY ROLLUP (currency, status);

-- case: group_by_cube
SELECT currency, status, customer_id, count(*) AS n FROM shop.orders GROUP BY CUBE (currency, (status, customer_id));

-- case: group_by_grouping_sets
SELECT currency, status, sum(total) AS s
FROM shop.orders
GROUP BY GROUPING SETS ((currency, status), (currency), (status), ());

-- case: group_by_nested_grouping_sets
SELECT currency, status, country, count(*) AS n FROM shop.orders JOIN shop.customers c ON c.id = customer_id
GROUP BY GROUPING SETS (ROLLUP (currency, status), CUBE (country), GROUPING SETS ((), (currency)));

-- case: group_by_mixed_plain_and_rollup
SELECT customer_id, currency, sum(total) AS s FROM shop.orders GROUP BY customer_id, ROLLUP (currency);

-- case: group_by_all_quantifier
-- since: 14
SELECT currency, status FROM shop.orders GROUP BY ALL ROLLUP (currency), ROLLUP (status);

-- case: group_by_distinct_quantifier
-- since: 14
SELECT currency, status, count(*) AS n FROM shop.orders GROUP BY DISTINCT ROLLUP (currency, status), ROLLUP (currency);

-- case: group_by_grouping_function
SELECT currency, status, GROUPING(currency, status) AS g, sum(total) AS s FROM shop.orders GROUP BY ROLLUP (currency, status) HAVING GROUPING(status) = 0;

-- case: group_by_grouping_in_order
SELECT currency, count(*) AS n FROM shop.orders GROUP BY CUBE (currency) ORDER BY GROUPING(currency), 1;

-- case: group_by_ordinal_of_expression_in_rollup
SELECT date_trunc('year', placed_at) AS y, currency, sum(total) AS s FROM shop.orders GROUP BY ROLLUP (1, currency);

-- case: group_by_whole_row
SELECT g FROM shop.categories g GROUP BY g;

-- case: group_by_case
SELECT CASE WHEN total > 100 THEN 'big' ELSE 'small' END AS size, count(*) AS n FROM shop.orders GROUP BY CASE WHEN total > 100 THEN 'big' ELSE 'small' END;

-- case: group_by_join_using_column
SELECT order_id, sum(quantity) AS q FROM shop.order_items JOIN shop.payments USING (order_id) GROUP BY order_id;

-- case: group_by_left_side_of_using
SELECT i.order_id, count(*) AS n FROM shop.order_items i LEFT JOIN shop.payments p USING (order_id) GROUP BY i.order_id;

-- case: group_by_qualified_and_unqualified
SELECT shop.orders.currency, count(*) AS n FROM shop.orders GROUP BY orders.currency;

-- case: having_without_group_by
SELECT sum(total) AS s FROM shop.orders HAVING count(*) > 10;

-- case: having_only_constant_list
SELECT 'enough' AS verdict FROM shop.payments HAVING sum(amount) > 1000;

-- case: having_column_not_selected
SELECT currency FROM shop.orders GROUP BY currency HAVING max(placed_at) > now() - interval '1 year' AND bool_or(note IS NULL);

-- case: having_on_group_expression
SELECT lower(country) AS c FROM shop.customers GROUP BY lower(country) HAVING lower(country) <> 'nl';

-- case: group_by_subquery_column
SELECT d.m, count(*) AS n FROM (SELECT date_trunc('month', paid_at) AS m, amount FROM shop.payments) d GROUP BY d.m HAVING sum(d.amount) > 0;

-- case: group_by_alias_equal_to_function_name
SELECT upper(currency) AS upper, count(*) AS count FROM shop.orders GROUP BY upper;

-- case: group_by_quoted_output_name
SELECT "Odd Column" / 10 AS "Group", count(*) AS "Count" FROM "Odd Schema"."Odd Table" GROUP BY "Group";

-- case: group_by_field
SELECT (address).city, count(*) AS n FROM shop.customers GROUP BY (address).city;

-- case: group_by_json_field
SELECT meta ->> 'channel' AS channel, sum(total) AS s FROM shop.orders GROUP BY meta ->> 'channel' ORDER BY s DESC;
