-- Views over views, over a materialized view, over foreign and odd relations.

-- case: over_view
SELECT id, name FROM shop.active_customers;

-- case: over_view_star
SELECT * FROM shop.order_totals;

-- case: over_view_quoted_column
SELECT t."Net" / NULLIF(t.lines, 0) AS per_line FROM shop.order_totals t;

-- case: over_view_of_view
SELECT name, gross FROM shop.customer_summary WHERE orders > 2;

-- case: over_matview
SELECT day, revenue FROM shop.daily_sales WHERE currency = 'EUR';

-- case: over_matview_star
SELECT d.* FROM shop.daily_sales d;

-- case: over_view_of_matview
SELECT week, sum(revenue) AS revenue FROM shop.weekly_sales GROUP BY week;

-- case: over_view_and_its_table
SELECT a.name, c.score FROM shop.active_customers a JOIN shop.customers c USING (id);

-- case: over_view_and_matview_and_table
SELECT w.week, d.day, o.id FROM shop.weekly_sales w JOIN shop.daily_sales d ON date_trunc('week', d.day) = w.week LEFT JOIN shop.orders o ON o.placed_at::date = d.day;

-- case: over_quoted_view
SELECT "Key", "Select" FROM "Odd Schema"."Odd View";

-- case: over_quoted_view_star
SELECT v.* FROM "Odd Schema"."Odd View" AS v;

-- case: over_view_in_other_schema
SELECT phone FROM crm.phone_book WHERE name LIKE 'A%';

-- case: over_view_in_subquery
SELECT c.id FROM shop.customers c WHERE c.id IN (SELECT customer_id FROM shop.customer_summary WHERE gross > 100);

-- case: over_view_with_cte_of_same_name
WITH active_customers AS (SELECT id FROM shop.active_customers WHERE country = 'NL') SELECT id FROM active_customers;

-- case: over_foreign_table_and_view
SELECT r.quantity, t.lines FROM shop.remote_stock r CROSS JOIN shop.order_totals t;

-- case: over_view_self_join
SELECT a.name, b.name AS other FROM shop.active_customers a JOIN shop.active_customers b ON a.country = b.country AND a.id < b.id;

-- case: over_view_union_table
SELECT id, name FROM shop.active_customers UNION SELECT id, name FROM crm.customers;

-- case: over_view_only_keyword
SELECT a.id FROM ONLY shop.active_customers a;

-- case: over_view_table_command
TABLE shop.weekly_sales;

-- case: over_matview_rank
SELECT day, rank() OVER (PARTITION BY currency ORDER BY revenue DESC) AS r FROM shop.daily_sales;

-- case: over_catalogs
SELECT c.relname, n.nspname FROM pg_catalog.pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace;

-- case: over_catalogs_and_own_table
SELECT s.key, a.attname FROM public.settings s JOIN pg_attribute a ON a.attname = s.key WHERE a.attrelid = 'shop.orders'::regclass;

-- case: over_information_schema
SELECT t.table_name, s.value FROM information_schema.tables t JOIN public.settings s ON s.key = t.table_schema;
