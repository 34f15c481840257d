-- Unqualified names: they rely on search_path = shop, crm, public.

-- case: path_shop
SELECT id, total FROM orders;

-- case: path_crm
SELECT phone FROM contacts;

-- case: path_public
SELECT key, value FROM settings;

-- case: path_first_schema_wins
SELECT email FROM customers;

-- case: path_second_schema_by_name
SELECT a.email, b.segment FROM customers a JOIN crm.customers b ON b.id = a.id;

-- case: path_star_of_first
SELECT * FROM customers;

-- case: path_column_qualified_by_schema
SELECT shop.orders.id, crm.contacts.phone FROM orders, contacts;

-- case: path_quoted
SELECT "Lead"."Id", l."Select" FROM "Lead", "Lead" l;

-- case: path_keyword_table
SELECT "order"."user" FROM "order";

-- case: path_function_and_type
SELECT net(total) AS n, 'new'::order_status AS s, 'Good'::"Mood" AS m FROM orders;

-- case: path_function_in_from
SELECT t.title FROM top_products(2) t JOIN products p ON p.id = t.product_id;

-- case: path_function_of_second_schema
SELECT initials(name) AS i FROM customers;

-- case: path_join_mixed
SELECT o.id, v."Total", s.value FROM orders o JOIN crm.invoices v ON v.order_id = o.id JOIN settings s ON s.key = o.currency;

-- case: path_subqueries
SELECT name FROM customers WHERE id IN (SELECT customer_id FROM orders WHERE id IN (SELECT order_id FROM payments)) AND EXISTS (SELECT FROM contacts);

-- case: path_cte_hides_path_table
WITH settings AS (SELECT key FROM public.settings) SELECT key FROM settings;

-- case: path_view_and_matview
SELECT a.name, d.revenue FROM active_customers a, daily_sales d;

-- case: path_catalog_comes_first
SELECT c.relname, o.id FROM pg_class c, orders o;

-- case: path_only_and_sample
SELECT v.plate, p.id FROM ONLY vehicles v, payments p TABLESAMPLE BERNOULLI (1);

-- case: path_table_command
TABLE contacts;

-- case: path_union
SELECT id FROM orders UNION SELECT id FROM contacts;

-- case: path_database_qualified_mixed
SELECT o.id, p.amount FROM oracle.shop.orders o, payments p;

-- case: path_temp_schema_not_used
SELECT phone_book.name, phone_book.phone FROM phone_book;

-- case: path_sequence
SELECT last_value AS n, nextval('invoice_no') AS next_one FROM invoice_no;

-- case: path_regclass_unqualified
SELECT 'orders'::regclass AS o, 'crm.customers'::regclass::text AS c;
