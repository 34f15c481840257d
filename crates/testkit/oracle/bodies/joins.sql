-- Joins of every kind, their nesting, and what USING, NATURAL and aliases on joins make visible.

-- case: join_inner_on
SELECT o.id, c.name FROM shop.orders o JOIN shop.customers c ON c.id = o.customer_id;

-- case: join_inner_keyword
SELECT o.id, c.name
FROM shop.orders AS o
    INNER JOIN shop.customers AS c
        ON (o.customer_id = c.id AND c.score > 10);

-- case: join_left
SELECT c.name, o.total FROM shop.customers c LEFT JOIN shop.orders o ON o.customer_id = c.id;

-- case: join_left_outer
select c.name, o.total from shop.customers c left outer join shop.orders o on o.customer_id = c.id and o.status = 'paid';

-- case: join_right
SELECT c.name, o.total FROM shop.orders o RIGHT JOIN shop.customers c ON o.customer_id = c.id;

-- case: join_full
SELECT COALESCE(o.id, p.order_id) AS order_id, o.total, p.amount
FROM shop.orders o FULL OUTER JOIN shop.payments p ON p.order_id = o.id;

-- case: join_cross
SELECT c.name, s.value FROM shop.customers c CROSS JOIN public.settings s;

-- case: join_comma
SELECT c.name, s.value FROM shop.customers c, public.settings s WHERE s.key = c.country;

-- case: join_natural
SELECT * FROM shop.order_items NATURAL JOIN shop.order_totals;

-- case: join_natural_left
SELECT order_id, gross, line_no FROM shop.order_totals NATURAL LEFT JOIN shop.order_items;

-- case: join_natural_right
SELECT * FROM shop.weekly_sales w NATURAL RIGHT JOIN (SELECT currency, name FROM shop.orders o, shop.categories) x;

-- case: join_natural_full
SELECT * FROM shop.order_totals t NATURAL FULL JOIN (SELECT order_id, amount FROM shop.payments) AS p;

-- case: join_natural_without_common_columns
SELECT * FROM public.settings NATURAL JOIN shop.remote_stock;

-- case: join_natural_several_common_columns
SELECT * FROM shop.daily_sales NATURAL JOIN (SELECT day, currency, 1 AS weight FROM shop.daily_sales) AS again;

-- case: join_natural_chain
SELECT * FROM shop.order_totals NATURAL JOIN shop.order_items NATURAL JOIN (SELECT id AS product_id, sku FROM shop.products) p;

-- case: join_using_one
SELECT order_id, i.price, p.amount FROM shop.order_items i JOIN shop.payments p USING (order_id);

-- case: join_using_star
SELECT * FROM shop.order_totals JOIN (SELECT order_id, method FROM shop.payments) p USING (order_id);

-- case: join_using_left_star_of_each_side
SELECT t.*, p.method FROM shop.order_totals t LEFT JOIN shop.payments p USING (order_id);

-- case: join_using_right_side_column
SELECT t.order_id AS left_id, p.order_id AS right_id, order_id FROM shop.order_totals t FULL JOIN shop.payments p USING (order_id);

-- case: join_using_several
SELECT day, currency, a.orders, b.revenue FROM shop.daily_sales a JOIN shop.daily_sales b USING (day, currency);

-- case: join_using_chain
SELECT order_id, quantity, amount, gross
FROM shop.order_items JOIN shop.payments USING (order_id) JOIN shop.order_totals USING (order_id);

-- case: join_using_right
SELECT id, o.note, p.method FROM shop.orders o RIGHT JOIN shop.payments p USING (id);

-- case: join_using_different_types
SELECT id, c.name, o.total FROM shop.customers c JOIN shop.orders o USING (id);

-- case: join_using_full_merged_types
SELECT id FROM shop.customers FULL JOIN shop.orders USING (id);

-- case: join_using_alias
-- since: 14
SELECT j.order_id, i.quantity, p.amount
FROM shop.order_items i JOIN shop.payments p USING (order_id) AS j;

-- case: join_using_alias_star
-- since: 14
SELECT j.*, i.line_no FROM shop.order_items i LEFT JOIN shop.order_totals t USING (order_id) AS j;

-- case: join_using_alias_named_like_a_table
-- since: 14
SELECT orders.id, o.note FROM shop.orders o JOIN shop.payments p USING (id) AS orders;

-- case: join_aliased_join
SELECT j.name, j.total FROM (shop.customers c JOIN shop.orders o ON o.customer_id = c.id)
  AS j (cid, name, email, full_name, tags, address, prefs, created_at, country, score, ref, oid, customer_id, status, placed_at, shipped_on, total);

-- case: join_aliased_natural_join
SELECT j.* FROM (shop.order_totals NATURAL JOIN shop.order_items) AS j;

-- case: join_aliased_using_join_renamed
SELECT j.key, j.n FROM (shop.order_totals JOIN shop.order_items USING (order_id)) AS j (key, n);

-- case: join_parenthesised_right_nesting
SELECT c.name, p.amount
FROM shop.customers c
LEFT JOIN (shop.orders o JOIN shop.payments p ON p.order_id = o.id) ON o.customer_id = c.id;

-- case: join_right_nesting_without_parentheses
SELECT c.name, p.amount
FROM shop.customers c LEFT JOIN shop.orders o JOIN shop.payments p ON p.order_id = o.id ON o.customer_id = c.id;

-- case: join_deep_parentheses
SELECT o.id FROM (((shop.orders AS o CROSS JOIN (shop.categories AS g CROSS JOIN public.settings AS s))));

-- case: join_nested_with_outer_alias_of_inner_join
SELECT k.phone, j.name AS who
FROM crm.contacts k
JOIN (crm.customers c LEFT JOIN crm.invoices v ON v.id = c.id) AS j (cid, name) ON j.cid = k.customer_id;

-- case: join_self
SELECT e.name, m.name AS manager FROM shop.employees e LEFT JOIN shop.employees m ON m.id = e.manager_id;

-- case: join_self_three_times
SELECT a.id, b.id AS b_id, c.id AS c_id
FROM shop.categories a
JOIN shop.categories b ON b.parent_id = a.id
JOIN shop.categories c ON c.parent_id = b.id;

-- case: join_self_by_name_and_alias
SELECT employees.name, boss.name AS boss_name FROM shop.employees JOIN shop.employees boss ON boss.id = employees.manager_id;

-- case: join_same_name_from_two_schemas
SELECT shop.customers.name AS shop_name, crm.customers.name AS crm_name
FROM shop.customers JOIN crm.customers ON shop.customers.ref = crm.customers.external_ref;

-- case: join_same_name_from_two_schemas_stars
SELECT crm.customers.* FROM shop.customers, crm.customers WHERE shop.customers.id = crm.customers.id;

-- case: join_aliases_crossed
SELECT orders.name, customers.total
FROM shop.customers AS orders JOIN shop.orders AS customers ON customers.customer_id = orders.id;

-- case: join_alias_hides_table_name
SELECT settings.id FROM shop.orders AS settings, public.settings AS orders WHERE orders.key = settings.currency;

-- case: join_comma_and_join_mixed
SELECT c.name, o.id, i.line_no, s.value
FROM public.settings s, shop.customers c JOIN shop.orders o ON o.customer_id = c.id, shop.order_items i
WHERE i.order_id = o.id;

-- case: join_comma_lateral_mixed
SELECT c.id, best.total, t.tag
FROM shop.customers c, LATERAL (SELECT o.total FROM shop.orders o WHERE o.customer_id = c.id ORDER BY total DESC LIMIT 1) best, unnest(c.tags) AS t (tag);

-- case: join_left_lateral
SELECT c.name, l.id AS last_order
FROM shop.customers AS c
LEFT JOIN LATERAL (
    SELECT o.id FROM shop.orders AS o WHERE o.customer_id = c.id ORDER BY o.placed_at DESC LIMIT 1
) AS l ON TRUE;

-- case: join_lateral_chain
SELECT a.id, b.n, d.m
FROM shop.orders a
CROSS JOIN LATERAL (SELECT count(*) AS n FROM shop.order_items i WHERE i.order_id = a.id) b
CROSS JOIN LATERAL (SELECT b.n * 2 AS m, a.total) d;

-- case: join_lateral_values
SELECT o.id, v.label, v.amount
FROM shop.orders o CROSS JOIN LATERAL (VALUES ('gross', o.total), ('net', shop.net(o.total))) AS v (label, amount);

-- case: join_lateral_union
SELECT c.id, u.what FROM shop.customers c, LATERAL (
  SELECT o.note AS what FROM shop.orders o WHERE o.customer_id = c.id
  UNION ALL
  SELECT c.country
) u;

-- case: join_lateral_reaches_over_parentheses
SELECT c.id, z.x FROM (shop.customers c JOIN shop.orders o ON o.customer_id = c.id) CROSS JOIN LATERAL (SELECT o.total + c.score AS x) z;

-- case: join_on_with_subquery
SELECT o.id FROM shop.orders o JOIN shop.payments p ON p.amount = (SELECT max(q.amount) FROM shop.payments q WHERE q.order_id = o.id);

-- case: join_on_with_exists
SELECT o.id, c.name FROM shop.orders o JOIN shop.customers c
ON c.id = o.customer_id AND NOT EXISTS (SELECT 1 FROM crm.invoices v WHERE v.order_id = o.id);

-- case: join_on_true
SELECT c.name, x.value FROM shop.customers c JOIN public.settings x ON true;

-- case: join_on_non_equi
SELECT r.sensor, b.guest FROM shop.readings r JOIN shop.bookings b ON r.at BETWEEN b.valid_from AND b.valid_to;

-- case: join_on_range_operator
SELECT a.guest, b.guest AS other FROM shop.bookings a JOIN shop.bookings b ON a.during && b.during AND a.room <> b.room;

-- case: join_on_row_comparison
SELECT i.quantity FROM shop.order_items i JOIN shop.order_items k ON (i.order_id, i.line_no) = (k.order_id, k.line_no + 1);

-- case: join_subqueries_with_using
SELECT * FROM (SELECT id AS order_id, note FROM shop.orders) o JOIN (SELECT order_id, due FROM crm.invoices) v USING (order_id);

-- case: join_using_quoted_columns
SELECT "Odd Column", o.lower, p.b
FROM "Odd Schema"."Odd Table" o JOIN (SELECT "A" AS "Odd Column", b FROM "Odd Schema".plain) p USING ("Odd Column");

-- case: join_using_on_aliased_columns
SELECT k, x.b, y.v FROM "Odd Schema".plain AS x (a, k, b) JOIN public.settings AS y (b2, v) ON y.b2 = x.b JOIN shop.customers AS z (k) USING (k);

-- case: join_unused_side
SELECT c.id FROM shop.customers c LEFT JOIN crm.customers x ON x.external_ref = c.ref;

-- case: join_four_kinds
SELECT o.id, c.name, p.amount, v.due, s.value
FROM shop.orders o
INNER JOIN shop.customers c ON c.id = o.customer_id
LEFT JOIN shop.payments p ON p.order_id = o.id
FULL JOIN crm.invoices v ON v.order_id = o.id
CROSS JOIN public.settings s
WHERE s.key = 'mode';
