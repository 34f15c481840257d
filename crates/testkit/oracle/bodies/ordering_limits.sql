-- ORDER BY in every form, LIMIT, OFFSET, FETCH.

-- case: order_by_column
SELECT id FROM shop.orders ORDER BY total;

-- case: order_by_not_selected
SELECT id FROM shop.orders ORDER BY placed_at DESC, note ASC;

-- case: order_by_ordinal
SELECT id, total FROM shop.orders ORDER BY 2 DESC, 1;

-- case: order_by_output_name
SELECT id, total * 2 AS twice FROM shop.orders ORDER BY twice;

-- case: order_by_output_name_hides_input
SELECT note AS total, id FROM shop.orders ORDER BY total;

-- case: order_by_expression_uses_input_not_output
SELECT note AS total, id FROM shop.orders ORDER BY total + 0;

-- case: order_by_nulls
SELECT id FROM shop.orders ORDER BY shipped_on NULLS FIRST, total DESC NULLS LAST;

-- case: order_by_using
SELECT id FROM shop.orders ORDER BY total USING >, note USING <;

-- case: order_by_using_schema_operator
SELECT id FROM shop.orders ORDER BY total USING OPERATOR(pg_catalog.>);

-- case: order_by_collate
SELECT name FROM shop.customers ORDER BY name COLLATE "C" DESC;

-- case: order_by_case
SELECT id FROM shop.orders ORDER BY CASE status WHEN 'new' THEN 0 ELSE 1 END, id;

-- case: order_by_aggregate
SELECT currency FROM shop.orders GROUP BY currency ORDER BY sum(total) DESC, count(DISTINCT customer_id);

-- case: order_by_quoted_output_name
SELECT "Odd Column" AS "Key", lower FROM "Odd Schema"."Odd Table" ORDER BY "Key", lower;

-- case: order_by_invented_name
SELECT upper(name), id FROM shop.customers ORDER BY upper;

-- case: order_by_question_mark_name
SELECT id + 1 FROM shop.orders ORDER BY "?column?";

-- case: order_by_constant_expression
SELECT id FROM shop.orders ORDER BY NULL::int, random();

-- case: order_by_function_of_whole_row
SELECT o.id FROM shop.orders o ORDER BY shop.order_label(o);

-- case: order_by_whole_row
SELECT s.key FROM public.settings s ORDER BY s;

-- case: order_by_join_using_column
SELECT i.quantity FROM shop.order_items i JOIN shop.payments p USING (order_id) ORDER BY order_id;

-- case: order_by_qualified_star_column
SELECT g.* FROM shop.categories g ORDER BY g.path, g.id;

-- case: order_by_distinct
SELECT DISTINCT currency, status FROM shop.orders ORDER BY status, currency;

-- case: limit_number
SELECT id FROM shop.orders LIMIT 10;

-- case: limit_all
SELECT id FROM shop.orders ORDER BY id LIMIT ALL OFFSET 0;

-- case: limit_null
SELECT id FROM shop.orders LIMIT NULL;

-- case: limit_expression
SELECT id FROM shop.orders LIMIT 2 * 5 OFFSET 1 + 1;

-- case: limit_after_offset
SELECT id FROM shop.orders OFFSET 5 LIMIT 5;

-- case: offset_rows
SELECT id FROM shop.orders OFFSET 3 ROWS;

-- case: fetch_first_row
SELECT id FROM shop.orders ORDER BY id FETCH FIRST ROW ONLY;

-- case: fetch_next_rows
SELECT id FROM shop.orders ORDER BY id OFFSET 2 ROWS FETCH NEXT 3 ROWS ONLY;

-- case: fetch_with_ties
SELECT id, total FROM shop.orders ORDER BY total DESC FETCH FIRST 5 ROWS WITH TIES;

-- case: fetch_with_ties_subquery
SELECT id FROM shop.orders ORDER BY currency OFFSET (SELECT count(*) FROM shop.categories) ROWS FETCH FIRST (SELECT count(*) FROM shop.employees) ROWS WITH TIES;

-- case: fetch_in_subquery
SELECT s.id FROM (SELECT id FROM shop.payments ORDER BY amount FETCH FIRST 1 ROW WITH TIES) AS s;

-- case: limit_in_scalar_subquery
SELECT c.id, (SELECT o.note FROM shop.orders o WHERE o.customer_id = c.id ORDER BY o.placed_at DESC LIMIT 1) AS last_note FROM shop.customers c;

-- case: order_by_outside_parentheses
(SELECT id, total FROM shop.orders WHERE note IS NOT NULL) ORDER BY id LIMIT 4;

-- case: order_by_srf_output
SELECT unnest(tags) AS tag, id FROM shop.orders ORDER BY tag, id;

-- case: order_by_columns_named_like_words
SELECT o."desc", o."Order" FROM shop."order" o ORDER BY o."desc" DESC, o."Order" ASC;
