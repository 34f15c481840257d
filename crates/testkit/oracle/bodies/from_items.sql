-- What may stand in FROM besides joins: ONLY, *, TABLESAMPLE, TABLE, VALUES, aliases, subqueries.

-- case: only_table
SELECT plate FROM ONLY shop.vehicles;

-- case: only_in_parentheses
SELECT v.plate FROM ONLY (shop.vehicles) AS v;

-- case: only_partitioned
SELECT id FROM ONLY shop.events;

-- case: table_with_star
SELECT plate, maker FROM shop.vehicles *;

-- case: table_with_star_and_alias
SELECT v.wheels FROM shop.vehicles * AS v;

-- case: only_and_star_together
SELECT a.plate, b.payload_kg FROM ONLY shop.vehicles a, shop.trucks * b WHERE a.plate = b.plate;

-- case: inheritance_parent_and_child
SELECT v.plate, t.axle_loads FROM shop.vehicles v LEFT JOIN shop.trucks t ON t.plate = v.plate;

-- case: partition_read_directly
SELECT e.kind FROM shop.events_2024 e;

-- case: partition_and_parent
SELECT kind FROM shop.events_2025 WHERE id NOT IN (SELECT id FROM shop.events);

-- case: tablesample_system
SELECT id FROM shop.orders TABLESAMPLE SYSTEM (10);

-- case: tablesample_bernoulli_repeatable
SELECT o.id FROM shop.orders AS o TABLESAMPLE BERNOULLI (5.5) REPEATABLE (42);

-- case: tablesample_expression_argument
SELECT id FROM shop.orders o TABLESAMPLE bernoulli ((SELECT 10)) REPEATABLE (1 + 1);

-- case: tablesample_argument_reads_table
SELECT id FROM shop.payments TABLESAMPLE system ((SELECT value::real FROM public.settings WHERE key = 'sample'));

-- case: tablesample_of_matview_joined
SELECT d.day, o.id FROM shop.daily_sales d TABLESAMPLE SYSTEM (50) JOIN shop.orders o TABLESAMPLE SYSTEM (1) ON o.currency = d.currency;

-- case: table_command
TABLE shop.categories;

-- case: table_command_only
TABLE ONLY shop.vehicles;

-- case: table_command_ordered
TABLE shop.orders ORDER BY placed_at DESC LIMIT 3;

-- case: table_command_in_subquery
SELECT t.name FROM (TABLE shop.categories) AS t;

-- case: table_command_in_exists
SELECT id FROM shop.orders WHERE EXISTS (TABLE crm.contacts);

-- case: table_command_in_union
TABLE public.settings UNION ALL SELECT b, b FROM "Odd Schema".plain;

-- case: values_top_level
VALUES (1, 'one'), (2, 'two');

-- case: values_top_level_ordered
VALUES (3, 'c'), (1, 'a'), (2, 'b') ORDER BY column1 DESC LIMIT 2 OFFSET 1;

-- case: values_with_subqueries
VALUES ((SELECT count(*) FROM shop.orders), 'orders'), ((SELECT count(*) FROM shop.payments), 'payments');

-- case: values_in_from
SELECT v.code, v.label FROM (VALUES ('EUR', 'euro'), ('USD', 'dollar')) AS v (code, label);

-- case: values_in_from_joined
SELECT o.id, v.label FROM shop.orders o JOIN (VALUES ('EUR', 'euro')) v (code, label) ON v.code = o.currency;

-- case: values_in_from_star
SELECT * FROM (VALUES (1, NULL::date, ARRAY[1, 2])) AS v;

-- case: values_partly_renamed
SELECT a, column2 FROM (VALUES (1, 2)) AS v (a);

-- case: values_as_in_list
SELECT id FROM shop.orders WHERE (currency, status) IN (VALUES ('EUR', 'paid'::shop.order_status), ('USD', 'new'));

-- case: subquery_parenthesised_twice
SELECT x.id FROM ((SELECT id FROM shop.orders)) AS x;

-- case: subquery_with_order_and_limit
SELECT x.id FROM (SELECT id, total FROM shop.orders ORDER BY total DESC FETCH FIRST 5 ROWS ONLY) x WHERE x.total > 1;

-- case: subquery_alias_equals_table_inside
SELECT orders.id FROM (SELECT id FROM shop.orders) AS orders;

-- case: subquery_alias_equals_other_table
SELECT customers.id FROM (SELECT id FROM shop.payments) AS customers;

-- case: subquery_without_alias
-- since: 16
SELECT id FROM (SELECT id FROM shop.orders);

-- case: subqueries_without_alias_joined
-- since: 16
SELECT a, b FROM (SELECT id AS a FROM shop.orders), (SELECT id AS b FROM shop.payments) WHERE a = b;

-- case: values_without_alias
-- since: 16
SELECT column1, column2 FROM (VALUES (1, 'x'));

-- case: subquery_columns_unused
SELECT s.id FROM (SELECT id, total, note, meta ->> 'x' AS x FROM shop.orders) s;

-- case: subquery_alias_renames_into_each_other
SELECT total, note FROM (SELECT total, note FROM shop.orders) AS s (note, total);

-- case: table_alias_renames_into_each_other
SELECT id, parent_id FROM shop.categories AS c (parent_id, id);

-- case: table_alias_hides_real_column
SELECT c.label, c.name FROM shop.categories AS c (parent_id, label);

-- case: table_alias_renames_hidden_column_still_there
SELECT c.path, c.first_two FROM shop.categories c (first_one, first_two);

-- case: from_order_matters_for_star
SELECT b.*, a.* FROM public.settings a, shop.remote_stock b;

-- case: foreign_table_joined
SELECT p.name, r.quantity FROM shop.products p JOIN shop.remote_stock r USING (sku);

-- case: sequence_as_relation
SELECT last_value, is_called FROM shop.invoice_no;

-- case: sequence_functions
SELECT o.id, currval('shop.invoice_no') AS current_no, lastval() AS any_no FROM shop.orders o;

-- case: sequence_nextval_in_select
SELECT nextval('shop.invoice_no'::regclass) AS next_no, name FROM shop.categories;

-- case: regclass_of_table
SELECT pg_relation_size('shop.payments'::regclass) AS bytes;

-- case: regclass_by_text
SELECT pg_relation_size(('shop.' || 'payments')::regclass) AS bytes FROM public.settings;

-- case: regclass_compared_with_tableoid
SELECT e.id FROM shop.events e WHERE e.tableoid = 'shop.events_2024'::regclass;

-- case: deep_nesting
SELECT z.n FROM (SELECT y.n FROM (SELECT x.n FROM (SELECT w.id AS n FROM (SELECT o.id FROM shop.orders o) w) x) y) z;

-- case: three_part_names
SELECT o.id, c.name FROM oracle.shop.orders o JOIN "oracle".crm.customers AS c ON c.id = o.customer_id;

-- case: spaces_in_qualified_name
SELECT o . id , o . total FROM shop . orders o;

-- case: comments_in_qualified_name
SELECT o.id FROM shop/* the schema */./* and */orders -- the table
o;

-- case: table_named_like_keyword
SELECT t.id, t."user", t."desc" FROM shop."order" t;

-- case: unquoted_case_folds
SELECT O.ID, o.Total FROM Shop.ORDERS O;

-- case: many_tables
SELECT a.id, b.id AS b, c.id AS c, d.id AS d, e.id AS e, f.plate, g.room, h.key, i.sku, k.sensor
FROM shop.orders a, shop.payments b, shop.customers c, shop.products d, shop.employees e,
     shop.vehicles f, shop.bookings g, public.settings h, shop.remote_stock i, shop.readings k;
