-- Functions in FROM, and functions whose results are opened into columns.
-- Where a function gives rows of a named type, pg_depend names the columns read of that type
-- from PostgreSQL 15 on; 13 and 14 keep the function alone.

-- case: fn_generate_series
SELECT n FROM generate_series(1, 10) AS n;

-- case: fn_generate_series_unaliased
SELECT generate_series FROM generate_series(1, 10, 2);

-- case: fn_generate_series_star
SELECT * FROM generate_series(DATE '2024-01-01', DATE '2024-12-31', INTERVAL '1 month');

-- case: fn_generate_series_table_and_column_alias
SELECT g.d FROM generate_series(now() - interval '7 days', now(), '1 day') AS g (d);

-- case: fn_generate_series_joined_with_left
SELECT g.day::date AS day, count(o.id) AS orders
FROM generate_series('2024-01-01'::timestamp, '2024-01-31', '1 day') AS g (day)
LEFT JOIN shop.orders o ON o.placed_at::date = g.day::date
GROUP BY g.day;

-- case: fn_arguments_read_earlier_item
SELECT o.id, s.n FROM shop.orders o, generate_series(1, o.customer_id) AS s (n);

-- case: fn_lateral_keyword
SELECT o.id, s FROM shop.orders o CROSS JOIN LATERAL generate_series(1, o.customer_id) AS s;

-- case: fn_argument_is_subquery
SELECT s FROM generate_series(1, (SELECT max(quantity) FROM shop.order_items)) AS s;

-- case: fn_ordinality
SELECT t.tag, t.ordinality FROM shop.customers c, unnest(c.tags) WITH ORDINALITY AS t (tag);

-- case: fn_ordinality_renamed
SELECT c.id, t.tag, t.pos FROM shop.customers AS c LEFT JOIN unnest(c.tags) WITH ORDINALITY AS t (tag, pos) ON true;

-- case: fn_ordinality_star
SELECT * FROM unnest(ARRAY['a', 'b']) WITH ORDINALITY;

-- case: fn_ordinality_of_composite
SELECT d.sku, d.ordinality FROM shop.shipments s, jsonb_to_recordset('[]'::jsonb) AS d (sku text, ordinality int);

-- case: fn_unnest_two_arrays
SELECT x.a, x.b FROM shop.orders o, unnest(o.tags, ARRAY[1, 2]) AS x (a, b);

-- case: fn_unnest_three_arrays_ordinality
SELECT * FROM unnest(ARRAY[1, 2], ARRAY['x'], ARRAY[true, false, NULL]) WITH ORDINALITY AS u (n, t, b, i);

-- case: fn_unnest_composite_array
SELECT s.id, stop.city FROM shop.shipments s, unnest(s.stops) AS stop;

-- case: fn_unnest_composite_array_star
SELECT u.* FROM shop.shipments s CROSS JOIN unnest(s.stops) AS u;

-- case: fn_rows_from
SELECT r.a, r.b FROM ROWS FROM (generate_series(1, 3), generate_series(1, 5)) AS r (a, b);

-- case: fn_rows_from_ordinality
SELECT * FROM ROWS FROM (unnest(ARRAY[1, 2]), shop.words('x', 'y')) WITH ORDINALITY AS r (n, w, i);

-- case: fn_rows_from_column_definitions
SELECT r.sku, r.qty, r.n FROM ROWS FROM (json_to_recordset('[{"sku":"a"}]') AS (sku text, qty int), generate_series(1, 2)) AS r (sku, qty, n);

-- case: fn_rows_from_lateral
SELECT c.id, r.tag, r.n FROM shop.customers c, ROWS FROM (unnest(c.tags), generate_series(1, c.id)) AS r (tag, n);

-- case: fn_column_definitions
SELECT a.id, a.who FROM shop.anything('Ann') AS a (id integer, who text);

-- case: fn_column_definitions_without_alias_name
SELECT id, who FROM shop.anything('Bob') AS (id integer, who text);

-- case: fn_column_definitions_star
SELECT * FROM shop.anything('Cy') AS t ("Id" int, "Who" text COLLATE "C");

-- case: fn_json_to_record
SELECT o.id, j.a, j.b FROM shop.orders o, jsonb_to_record(o.meta) AS j (a int, b text);

-- case: fn_json_to_recordset
SELECT p.id, d.code, d.amount FROM shop.payments p CROSS JOIN LATERAL json_to_recordset(p.details) AS d (code text, amount numeric);

-- case: fn_jsonb_each
SELECT o.id, e.key, e.value FROM shop.orders o, jsonb_each(o.meta) e;

-- case: fn_jsonb_each_text_renamed
SELECT o.id, e.k FROM shop.orders o, jsonb_each_text(o.meta) AS e (k, v) WHERE e.v <> '';

-- case: fn_jsonb_array_elements_keeps_value
SELECT o.id, value FROM shop.orders o, jsonb_array_elements(o.meta -> 'lines');

-- case: fn_jsonb_array_elements_text_alias
SELECT o.id, tag FROM shop.orders o, jsonb_array_elements_text(o.meta -> 'tags') AS tag;

-- case: fn_jsonb_object_keys
SELECT DISTINCT k FROM shop.products p, jsonb_object_keys(p.attributes) k;

-- case: fn_jsonb_path_query
SELECT p.id, q FROM shop.products p, jsonb_path_query(p.attributes, '$.sizes[*]') AS q;

-- case: fn_jsonb_populate_record
SELECT r.city, r.zip FROM shop.orders o, jsonb_populate_record(NULL::shop.address, o.meta) AS r;

-- case: fn_json_populate_recordset_of_table_type
SELECT r.key, r.value FROM json_populate_recordset(NULL::public.settings, '[{"key":"a"}]') AS r;

-- case: fn_regexp_matches
SELECT o.id, m[1] AS word FROM shop.orders o, regexp_matches(o.note, '(\w+)', 'g') AS m;

-- case: fn_regexp_split_to_table
SELECT o.id, w FROM shop.orders o, regexp_split_to_table(o.note, '\s+') AS w WHERE w <> ';';

-- case: fn_string_to_table
-- since: 14
SELECT o.id, part FROM shop.orders o, string_to_table(o.note, ',') AS part;

-- case: fn_returns_table
SELECT product_id, title, revenue FROM shop.top_products(5);

-- case: fn_returns_table_star
SELECT * FROM shop.top_products(3) AS t;

-- case: fn_returns_table_renamed
SELECT t.p, t.title FROM shop.top_products(how_many => 3) AS t (p);

-- case: fn_returns_table_joined
SELECT p.sku, t.revenue FROM shop.products p JOIN shop.top_products(10) t ON t.product_id = p.id;

-- case: fn_setof_table_row
SELECT o.id, o.total FROM shop.orders_of(7) AS o;

-- case: fn_setof_table_row_star
SELECT * FROM shop.orders_of(7);

-- case: fn_setof_table_row_lateral
SELECT c.name, o.total FROM shop.customers c, shop.orders_of(c.id) o;

-- case: fn_setof_scalar
SELECT n FROM shop.order_numbers(1) AS n;

-- case: fn_setof_scalar_named_by_function
SELECT order_numbers FROM shop.order_numbers(1);

-- case: fn_out_parameters_setof
SELECT c.id, s.first, s.last FROM shop.customers c, shop.split_name(c.name) s;

-- case: fn_out_parameters_star
SELECT * FROM shop.split_name('Ada Lovelace');

-- case: fn_out_parameters_single_row
SELECT t.plate, b.lo, b.hi FROM shop.trucks t CROSS JOIN LATERAL shop.bounds(t.axle_loads) AS b;

-- case: fn_single_out_parameter
SELECT doubled FROM shop.twice(4);

-- case: fn_composite_result
SELECT h.city FROM shop.employees e, shop.home_of(e.id) h;

-- case: fn_table_row_result
SELECT l.id, l.status FROM shop.latest_order() AS l;

-- case: fn_expanded_in_select_list
SELECT (shop.latest_order()).*;

-- case: fn_expanded_out_parameters_in_select_list
SELECT t.plate, (shop.bounds(t.axle_loads)).* FROM shop.trucks t;

-- case: fn_expanded_each_in_select_list
SELECT o.id, (jsonb_each(o.meta)).key FROM shop.orders o;

-- case: fn_expanded_srf_star_in_select_list
SELECT c.id, (shop.split_name(c.name)).* FROM shop.customers c;

-- case: fn_variadic
SELECT w FROM shop.words('a', 'b', 'c') AS w;

-- case: fn_variadic_keyword
SELECT c.id, w FROM shop.customers c, shop.words(VARIADIC c.tags) AS w;

-- case: fn_named_arguments
SELECT shop.net(amount => o.total, rate => 0.07) AS low, shop.net(rate := 0.19, amount := o.total) AS high FROM shop.orders o;

-- case: fn_polymorphic
SELECT e FROM shop.echo(5) AS e;

-- case: fn_scalar_in_from
SELECT now, cd FROM now(), current_date AS cd;

-- case: fn_cast_in_from
SELECT d, u FROM CAST('2024-01-01' AS date) AS d, current_user AS u;

-- case: fn_coalesce_in_from
SELECT c, g FROM public.settings s, COALESCE(s.value, 'none') AS c, GREATEST(1, 2) AS g;

-- case: fn_alias_shadows_table
SELECT orders FROM generate_series(1, 2) AS orders;

-- case: fn_whole_row_of_returns_table
SELECT row_to_json(t) AS j FROM shop.top_products(1) AS t;

-- case: fn_named_like_a_table
SELECT note.note FROM unnest(ARRAY['x']) AS note;

-- case: fn_atomic_body
-- since: 14
SELECT shop.order_count() AS n, c.name FROM shop.categories c;

-- case: fn_atomic_body_returns_table
-- since: 14
SELECT p.id, p.amount, o.note FROM shop.paid_orders(10) p JOIN shop.orders o USING (id);

-- case: fn_multirange_unnest
-- since: 14
SELECT c.room, p FROM shop.closures c, unnest(c.periods) AS p;

-- case: fn_generate_subscripts
SELECT p.id, i, p.dims[i] AS dim FROM shop.products p, generate_subscripts(p.dims, 1) AS i;

-- case: fn_pg_settings_like_call
SELECT o.option_name, o.option_value FROM pg_options_to_table(ARRAY['a=b']) AS o;

-- case: fn_lateral_left_of_right_join_group
SELECT c.id, x.n FROM shop.customers c LEFT JOIN (shop.orders o CROSS JOIN LATERAL generate_series(1, o.id::int) AS x (n)) ON o.customer_id = c.id;

-- case: xmltable_lateral
SELECT p.id, x.label, x.size
FROM shop.products p,
     XMLTABLE('/spec/item' PASSING p.spec COLUMNS label text PATH '@name', size numeric PATH 'size' DEFAULT 0) AS x;

-- case: xmltable_ordinality_and_namespaces
SELECT x.* FROM shop.products AS p CROSS JOIN LATERAL
  XMLTABLE(XMLNAMESPACES('http://example.org/x' AS x), '//x:row' PASSING BY REF p.spec
           COLUMNS n FOR ORDINALITY, "Name" text PATH 'x:name' NOT NULL, raw xml PATH '.') AS x;

-- case: xmltable_expressions_read_tables
SELECT p.id, x.v FROM shop.products p, public.settings s,
  LATERAL XMLTABLE(('//' || s.value) PASSING p.spec COLUMNS v text PATH (s.key) DEFAULT (SELECT max(c.name) FROM shop.categories c)) x;

-- case: xmltable_renamed
SELECT t.a, t.b FROM xmltable('/r/c' PASSING ('<r><c>1</c></r>'::xml) COLUMNS x int PATH '.', y text PATH 'y') AS t (a, b);

-- case: json_table_plain
-- since: 17
SELECT o.id, j.sku, j.qty
FROM shop.orders o,
     JSON_TABLE(o.meta, '$.lines[*]' COLUMNS (sku text PATH '$.sku', qty int PATH '$.qty' DEFAULT 1 ON EMPTY)) AS j;

-- case: json_table_star
-- since: 17
SELECT j.* FROM shop.orders o CROSS JOIN JSON_TABLE(o.meta, '$' COLUMNS (n FOR ORDINALITY, a text, "B" jsonb FORMAT JSON PATH '$.b', e boolean EXISTS PATH '$.e')) AS j;

-- case: json_table_nested
-- since: 17
SELECT * FROM JSON_TABLE('[]'::jsonb, '$[*]' AS top COLUMNS (
    id int PATH '$.id',
    NESTED PATH '$.kids[*]' AS kids COLUMNS (kid text PATH '$', NESTED '$.toys[*]' COLUMNS (toy text PATH '$.name'))
  )) AS t;

-- case: json_table_passing
-- since: 17
SELECT t.x FROM public.settings s, shop.products p,
  JSON_TABLE(p.attributes, '$[*] ? (@.k == $key)' PASSING s.key AS key, upper(s.value) AS n COLUMNS (x text PATH '$.x') ERROR ON ERROR) AS t;

-- case: json_table_renamed_left_join
-- since: 17
SELECT o.id, t.a FROM shop.orders o LEFT JOIN JSON_TABLE(o.meta, '$.x[*]' COLUMNS (z text PATH '$')) AS t (a) ON true;
