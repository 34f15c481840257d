-- The output names that PostgreSQL invents where no alias is given.

-- case: name_unknown_expression
SELECT id + 1 FROM shop.orders;

-- case: name_literal
SELECT 'just text';

-- case: name_null
SELECT NULL;

-- case: name_number
SELECT 42;

-- case: name_true
-- PostgreSQL 13 and 14 call the column bool, later ones ?column?.
SELECT TRUE;

-- case: name_typed_literal_date
SELECT DATE '2024-02-29';

-- case: name_typed_literal_interval
SELECT INTERVAL '1 day';

-- case: name_cast_int
SELECT id::int FROM shop.orders;

-- case: name_cast_of_column_keeps_column
SELECT total::text, CAST(note AS varchar(10)) FROM shop.orders;

-- case: name_cast_of_literal_int4
SELECT 1::int;

-- case: name_cast_of_literal_varchar
SELECT 'x'::character varying(3);

-- case: name_cast_of_literal_double
SELECT '1'::double precision;

-- case: name_cast_of_literal_bigint
SELECT CAST(7 AS bigint);

-- case: name_cast_of_literal_char
SELECT CAST('a' AS char(3));

-- case: name_cast_of_literal_timestamptz
SELECT '2024-01-01'::timestamp with time zone;

-- case: name_cast_of_literal_time
SELECT '10:00'::time without time zone;

-- case: name_cast_of_literal_array
SELECT '{1,2}'::integer[];

-- case: name_cast_of_literal_quoted_type
SELECT 'Good'::shop."Mood";

-- case: name_cast_of_literal_schema_type
SELECT 'new'::shop.order_status;

-- case: name_cast_twice
SELECT '1'::text::numeric;

-- case: name_cast_of_expression
SELECT (id + 1)::text FROM shop.orders;

-- case: name_cast_of_function
SELECT upper(name)::varchar FROM shop.customers;

-- case: name_cast_bit
SELECT '101'::bit(3);

-- case: name_cast_of_literal_decimal
SELECT '5'::dec(4, 1);

-- case: name_cast_of_literal_float
SELECT '5'::float(20);

-- case: name_cast_of_literal_bool
SELECT 'yes'::boolean;

-- case: name_cast_case_over_column_keeps_case
SELECT CAST(CASE WHEN id > 1 THEN 'a' END AS text) FROM shop.orders;

-- case: name_function
SELECT lower(name), count(*) FROM shop.customers GROUP BY 1;

-- case: name_schema_function
SELECT shop.net(total) FROM shop.orders;

-- case: name_quoted_function
SELECT "Odd Schema"."Odd Function"(id) FROM shop.customers;

-- case: name_case_without_else
SELECT CASE WHEN total > 5 THEN 'big' END FROM shop.orders;

-- case: name_case_else_constant
SELECT CASE WHEN total > 5 THEN 'big' ELSE 'small' END FROM shop.orders;

-- case: name_case_else_column
SELECT CASE WHEN total > 5 THEN 'big' ELSE note END FROM shop.orders;

-- case: name_case_else_qualified_column
SELECT CASE o.currency WHEN 'EUR' THEN 'euro' ELSE o.currency END FROM shop.orders o;

-- case: name_case_else_function
SELECT CASE WHEN true THEN note ELSE upper(note) END FROM shop.orders;

-- case: name_case_else_cast
SELECT CASE WHEN true THEN '' ELSE total::text END FROM shop.orders;

-- case: name_nested_case_else
SELECT CASE WHEN true THEN 1 ELSE CASE WHEN false THEN 2 ELSE id END END FROM shop.orders;

-- case: name_array_constructor
SELECT ARRAY[id, customer_id] FROM shop.orders;

-- case: name_array_subquery
SELECT ARRAY(SELECT id FROM shop.orders);

-- case: name_row
SELECT ROW(id, note)::text FROM shop.orders;

-- case: name_implicit_row
SELECT CAST((id, note) AS text) FROM shop.orders;

-- case: name_coalesce
SELECT COALESCE(note, currency) FROM shop.orders;

-- case: name_greatest_and_least
SELECT GREATEST(id, 1), LEAST(id, 2) FROM shop.orders;

-- case: name_nullif
SELECT NULLIF(note, '') FROM shop.orders;

-- case: name_exists
SELECT EXISTS (SELECT 1 FROM shop.orders);

-- case: name_scalar_subquery_column
SELECT (SELECT max(total) AS top FROM shop.orders);

-- case: name_scalar_subquery_function
SELECT (SELECT max(total) FROM shop.orders);

-- case: name_scalar_subquery_bare_column
SELECT (SELECT c.name FROM shop.customers c LIMIT 1);

-- case: name_scalar_subquery_unnamed
SELECT (SELECT 1 + 1);

-- case: name_scalar_subquery_star
SELECT (SELECT s.* FROM (SELECT key FROM public.settings) AS s LIMIT 1);

-- case: name_scalar_subquery_union
SELECT (SELECT id AS left_id FROM shop.orders UNION SELECT id FROM shop.payments LIMIT 1);

-- case: name_scalar_subquery_values
SELECT (VALUES (1));

-- case: name_scalar_subquery_with
SELECT (WITH w AS (SELECT count(*) AS n FROM shop.orders) SELECT n FROM w);

-- case: name_in_subquery
SELECT id IN (SELECT order_id FROM shop.payments) FROM shop.orders;

-- case: name_any_subquery
SELECT id = ANY (SELECT order_id FROM shop.payments) FROM shop.orders;

-- case: name_is_null
SELECT note IS NULL FROM shop.orders;

-- case: name_not
SELECT NOT (total > 1) FROM shop.orders;

-- case: name_between
SELECT total BETWEEN 1 AND 2 FROM shop.orders;

-- case: name_like
SELECT note LIKE 'a%' FROM shop.orders;

-- case: name_concatenation
SELECT note || currency FROM shop.orders;

-- case: name_negative
SELECT -id FROM shop.orders;

-- case: name_parenthesised_column
SELECT ((id)) FROM shop.orders;

-- case: name_subscript
SELECT tags[1] FROM shop.orders;

-- case: name_slice
SELECT tags[1:2] FROM shop.orders;

-- case: name_subscript_of_function
SELECT (string_to_array(note, ','))[1] FROM shop.orders;

-- case: name_subscript_of_array_constructor
SELECT (ARRAY[1, 2, 3])[2];

-- case: name_field
SELECT (address).city FROM shop.customers;

-- case: name_field_of_field
SELECT (s.parcel).size.w FROM shop.shipments s;

-- case: name_quoted_field
SELECT ((s).parcel)."Label Text" FROM shop.shipments s;

-- case: name_field_of_element
SELECT stops[1].zip FROM shop.shipments;

-- case: name_field_of_function
SELECT (shop.home_of(1)).street;

-- case: name_collate
SELECT name COLLATE "C" FROM shop.customers;

-- case: name_collate_of_expression
SELECT (name || '') COLLATE "C" FROM shop.customers;

-- case: name_extract
-- since: 14
-- PostgreSQL 13 accepts this too and calls the column date_part.
SELECT EXTRACT(year FROM placed_at) FROM shop.orders;

-- case: name_extract_old_alias
SELECT EXTRACT(YEAR FROM placed_at) AS y FROM shop.orders;

-- case: name_position
SELECT POSITION('a' IN note) FROM shop.orders;

-- case: name_substring
SELECT SUBSTRING(note FROM 2 FOR 3) FROM shop.orders;

-- case: name_overlay
SELECT OVERLAY(note PLACING 'x' FROM 1) FROM shop.orders;

-- case: name_trim
SELECT TRIM(note) FROM shop.orders;

-- case: name_trim_leading
SELECT TRIM(LEADING 'x' FROM note) FROM shop.orders;

-- case: name_trim_trailing
SELECT TRIM(TRAILING FROM note) FROM shop.orders;

-- case: name_normalize
SELECT NORMALIZE(note, NFC) FROM shop.orders;

-- case: name_is_normalized
SELECT note IS NFC NORMALIZED FROM shop.orders;

-- case: name_at_time_zone
SELECT placed_at AT TIME ZONE 'UTC' FROM shop.orders;

-- case: name_overlaps
SELECT (valid_from, valid_to) OVERLAPS (DATE '2024-01-01', DATE '2024-02-01') FROM shop.bookings;

-- case: name_current_date
SELECT current_date;

-- case: name_current_timestamp
SELECT CURRENT_TIMESTAMP(2);

-- case: name_localtime
SELECT LOCALTIME, LOCALTIMESTAMP;

-- case: name_current_user_and_friends
SELECT CURRENT_USER, SESSION_USER, USER, CURRENT_ROLE, CURRENT_CATALOG, CURRENT_SCHEMA;

-- case: name_now_function
SELECT now();

-- case: name_grouping
SELECT GROUPING(currency), currency FROM shop.orders GROUP BY ROLLUP (currency);

-- case: name_aggregate_filter
SELECT count(*) FILTER (WHERE total > 1), sum(total) FROM shop.orders;

-- case: name_window_function
SELECT row_number() OVER (), rank() OVER (ORDER BY id) FROM shop.orders;

-- case: name_ordered_set_aggregate
SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY total) FROM shop.orders;

-- case: name_xml_functions
SELECT xmlelement(name item), xmlforest(sku), xmlconcat('<a/>', '<b/>'), xmlpi(name php), xmlparse(content 'x')
FROM shop.products;

-- case: name_xmlserialize
SELECT XMLSERIALIZE(CONTENT spec AS text) FROM shop.products;

-- case: name_xmlroot_and_xmlexists
SELECT xmlroot(spec, version '1.0'), xmlexists('//a' PASSING BY REF spec) FROM shop.products;

-- case: name_is_document
SELECT spec IS DOCUMENT FROM shop.products;

-- case: name_sublink_row_compare
SELECT (id, customer_id) = (SELECT order_id, 1 FROM shop.payments LIMIT 1) FROM shop.orders;

-- case: name_whole_row
SELECT o FROM shop.orders o;

-- case: name_whole_row_qualified_star
SELECT (shop.orders.*)::text FROM shop.orders;

-- case: name_whole_row_of_unaliased_table
SELECT orders FROM shop.orders;

-- case: name_functional_notation
SELECT o.order_label FROM shop.orders o;

-- case: name_function_on_whole_row
SELECT shop.order_label(o) FROM shop.orders o;

-- case: name_column_by_call
SELECT currency(o) FROM shop.orders o;

-- case: name_operator_schema
SELECT id OPERATOR(pg_catalog.+) 1 FROM shop.orders;

-- case: name_json_arrow
SELECT meta ->> 'a' FROM shop.orders;

-- case: name_jsonb_subscript
-- since: 14
SELECT meta['a'] FROM shop.orders;

-- case: name_json_constructors
-- since: 16
SELECT JSON_OBJECT('a': 1), JSON_ARRAY(1, 2), JSON_ARRAYAGG(id), JSON_OBJECTAGG(id: note) FROM shop.orders;

-- case: name_json_query_functions
-- since: 17
SELECT JSON_VALUE(meta, '$.a'), JSON_QUERY(meta, '$.b'), JSON_EXISTS(meta, '$.c'),
       JSON('{}'), JSON_SCALAR(1), JSON_SERIALIZE('{}')
FROM shop.orders;

-- case: name_is_json
-- since: 16
SELECT note IS JSON FROM shop.orders;

-- case: name_collation_for
SELECT collation for (name) FROM shop.customers;

-- case: name_question_mark_column_reached
SELECT q."?column?" FROM (SELECT 1 + 1) AS q;

-- case: name_case_reached_by_name
SELECT q."case", q.coalesce, q.array FROM (
  SELECT CASE WHEN id = 1 THEN 1 END, COALESCE(id, 2), ARRAY[id] FROM shop.orders
) AS q;

-- case: name_values_columns
SELECT column1, column2 FROM (VALUES (1, 'a'), (2, 'b')) AS v;

-- case: name_long_alias_is_cut
SELECT id AS an_alias_that_is_a_good_deal_longer_than_the_sixty_three_bytes_a_name_may_have FROM shop.orders;

-- case: name_upper_case_alias_folds
SELECT id AS OrderNo, total AS "OrderTotal" FROM shop.orders;

-- case: name_extra_float_type_alias
SELECT '1'::real, '2'::smallint, '3'::int8, '4'::numeric(3, 1), '5'::oid;

-- case: name_interval_cast_with_fields
SELECT '1'::interval day to second;

-- case: name_national_char_cast
SELECT 'a'::national character varying(2), 'b'::nchar(1);
