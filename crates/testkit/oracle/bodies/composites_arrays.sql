-- Composite values, their fields and expansion; arrays, subscripts and slices.

-- case: comp_field
SELECT id, (address).city, (address).zip FROM shop.customers;

-- case: comp_field_qualified
SELECT (c.address).street, (c.address).zip AS "ZIP" FROM shop.customers c;

-- case: comp_field_schema_qualified
SELECT (shop.customers.address).country FROM shop.customers;

-- case: comp_field_of_field
SELECT (parcel).size.w AS w, ((parcel).size).h AS h FROM shop.shipments;

-- case: comp_quoted_field
SELECT (s.parcel)."Label Text" AS label FROM shop.shipments s;

-- case: comp_expansion
SELECT id, (address).* FROM shop.customers;

-- case: comp_expansion_nested
SELECT s.id, ((s.parcel).size).* FROM shop.shipments s;

-- case: comp_expansion_of_element
SELECT id, (stops[1]).* FROM shop.shipments;

-- case: comp_expansion_of_whole_row
SELECT (o).* FROM shop.orders o;

-- case: comp_expansion_of_row_cast
SELECT (ROW('a', 'b', 'c', 'd')::shop.address).*;

-- case: comp_expansion_of_subquery_column
SELECT (q.a).* FROM (SELECT address AS a FROM shop.customers) q;

-- case: comp_expansion_of_whole_row_in_subquery
SELECT (q.r).total, (q.r).note FROM (SELECT o AS r FROM shop.orders o) q;

-- case: comp_expansion_of_whole_row_star_in_subquery
SELECT (q.r).* FROM (SELECT g AS r FROM shop.categories g) q;

-- case: comp_field_through_view
SELECT (a.address).city FROM shop.active_customers a;

-- case: comp_field_in_where_group_order
SELECT (home).city, count(*) AS n FROM shop.employees WHERE (home).country = 'NL' GROUP BY (home).city ORDER BY (home).city;

-- case: comp_field_of_function_of_column
SELECT (shop.home_of(e.id)).city AS city FROM shop.employees e;

-- case: comp_compare_whole
SELECT c.id FROM shop.customers c JOIN shop.employees e ON c.address = e.home;

-- case: comp_is_null
SELECT id FROM shop.customers WHERE (address) IS NOT NULL AND (customers.address).city IS NULL;

-- case: comp_row_with_star
SELECT ROW(c.address, 1)::text AS r, ROW((c.address).*)::shop.address AS copy FROM shop.customers c;

-- case: comp_field_name_equals_table
SELECT (n.r).orders FROM (SELECT x AS r FROM shop.note x) n;

-- case: comp_unnest_field
SELECT s.id, (unnest(s.stops)).city AS stop FROM shop.shipments s;

-- case: comp_case_result_field
SELECT (CASE WHEN c.id > 1 THEN c.address ELSE e.home END).zip AS zip FROM shop.customers c, shop.employees e;

-- case: comp_coalesce_result_field
SELECT (COALESCE(s.destination, c.address)).city AS city FROM shop.shipments s LEFT JOIN shop.customers c ON c.id = s.order_id;

-- case: comp_array_agg_element_field
SELECT (array_agg(c.address ORDER BY c.id))[1].city AS first_city FROM shop.customers c;

-- case: comp_cte_column_field
WITH w AS (SELECT id, address AS a FROM shop.customers) SELECT (w.a).zip, (a).street FROM w;

-- case: comp_lateral_field
SELECT c.id, l.z FROM shop.customers c, LATERAL (SELECT (c.address).zip AS z) l;

-- case: comp_deep_qualified_field_fully_named
SELECT (shop.shipments.destination).city, (oracle.shop.shipments.parcel).weight FROM shop.shipments;

-- case: array_subscript
SELECT tags[1] AS a, dims[customer_id] AS b FROM shop.orders, shop.products;

-- case: array_subscript_qualified
SELECT o.tags[2], p.dims[1] FROM shop.orders o, shop.products p;

-- case: array_slices
SELECT tags[1:2] AS a, tags[:2] AS b, tags[2:] AS c, tags[:] AS d FROM shop.orders;

-- case: array_slice_bounds_are_columns
SELECT p.dims[i.line_no:i.quantity] AS x FROM shop.products p JOIN shop.order_items i ON i.product_id = p.id;

-- case: array_two_dimensions
SELECT grid[1][2] AS a, grid[1:2][1:1] AS b, grid[:][2:] AS c FROM shop.readings;

-- case: array_subscript_is_array_element
SELECT tags[dims[1]] AS t FROM shop.orders, shop.products;

-- case: array_constructor_nested
SELECT ARRAY[[id, customer_id], [1, 2]] AS a, ARRAY[ARRAY[1]] AS b, ARRAY[]::text[] AS c FROM shop.orders;

-- case: array_of_composites
SELECT ARRAY[c.address, ROW('a', 'b', 'c', 'd')::shop.address] AS a FROM shop.customers c;

-- case: array_subscript_of_subquery
SELECT (SELECT tags FROM shop.orders LIMIT 1)[1] AS t;

-- case: array_functions
SELECT array_length(tags, 1) AS n, array_position(tags, note) AS p, array_to_string(tags || ARRAY[currency], ',') AS s FROM shop.orders;

-- case: jsonb_subscripts
-- since: 14
SELECT meta['a']['b'] AS x, prefs[c.name] AS y, (o.meta['lines'])[0] AS z FROM shop.orders o JOIN shop.customers c ON c.id = o.customer_id;

-- case: array_field_and_subscript_mixed
SELECT (s.stops[1]).city AS a, s.stops[1].zip AS b, ((s.parcel).size).d AS c FROM shop.shipments s WHERE (s.stops[array_upper(s.stops, 1)]).country = 'BE';

-- case: array_in_values_and_unnest
SELECT v.x[1] AS first_one, u FROM (VALUES (ARRAY[1, 2])) AS v (x), unnest(v.x) AS u;
