-- Functions with their own syntax, date and time literals, intervals.

-- case: form_extract
SELECT EXTRACT(YEAR FROM placed_at) AS y, EXTRACT('dow' FROM shipped_on) AS d, extract(epoch from placed_at - now()) AS e FROM shop.orders;

-- case: form_extract_field_named_like_column
SELECT extract(day FROM d.day) AS day, extract(month FROM day) AS m FROM shop.daily_sales d;

-- case: form_position
SELECT POSITION(currency IN note) AS p FROM shop.orders;

-- case: form_position_bytes
SELECT position('\x01'::bytea IN raw) AS p FROM shop.readings;

-- case: form_substring_from_for
SELECT SUBSTRING(note FROM 1 FOR customer_id) AS a, substring(note for 2) AS b, substring(note from 2) AS c, substring(note, 1, 2) AS d FROM shop.orders;

-- case: form_substring_regex
SELECT substring(note FROM 'a(.)c') AS a, substring(note FROM '%#"b#"%' FOR '#') AS b FROM shop.orders;

-- case: form_substring_similar
-- since: 14
SELECT SUBSTRING(note SIMILAR 'a#"%#"c' ESCAPE '#') AS a FROM shop.orders;

-- case: form_overlay
SELECT OVERLAY(note PLACING currency FROM 2 FOR 3) AS a, overlay(note placing 'x' from customer_id) AS b FROM shop.orders;

-- case: form_trim
SELECT TRIM(note) AS a, TRIM(BOTH 'x' FROM note) AS b, TRIM(LEADING FROM note) AS c, TRIM(FROM note) AS d, trim(note, 'y') AS e, TRIM(TRAILING currency FROM note) AS f FROM shop.orders;

-- case: form_normalize
SELECT normalize(note) AS a, normalize(note, NFKD) AS b, note IS NORMALIZED AS c, note IS NOT NFD NORMALIZED AS d FROM shop.orders;

-- case: form_at_time_zone
SELECT placed_at AT TIME ZONE 'Europe/Amsterdam' AS a, sent_at AT TIME ZONE s.value AS b, placed_at AT TIME ZONE INTERVAL '2 hours' AS c
FROM shop.orders, shop.shipments, public.settings s;

-- case: form_at_time_zone_twice
SELECT placed_at AT TIME ZONE 'UTC' AT TIME ZONE c.country AS t FROM shop.orders o JOIN shop.customers c ON c.id = o.customer_id;

-- case: form_at_local
-- since: 17
SELECT placed_at AT LOCAL AS t FROM shop.orders;

-- case: form_overlaps
SELECT room FROM shop.bookings WHERE (valid_from, valid_to) OVERLAPS (CURRENT_DATE, INTERVAL '1 month');

-- case: form_overlaps_rows_of_columns
SELECT a.room FROM shop.bookings a, shop.bookings b WHERE (a.valid_from, a.valid_to) OVERLAPS (b.valid_from, b.valid_to) IS TRUE;

-- case: form_collation_for
SELECT COLLATION FOR (name) AS c FROM shop.customers;

-- case: form_interval_literals
SELECT INTERVAL '1 year 2 months' AS a, INTERVAL '3' DAY AS b, INTERVAL '1:30' HOUR TO MINUTE AS c, INTERVAL(2) '1.234 seconds' AS d, INTERVAL '5' SECOND(3) AS e, interval 'P1Y2M3DT4H' AS f;

-- case: form_interval_arithmetic
SELECT placed_at + INTERVAL '1' MONTH * customer_id AS a, shipped_on - DATE '2020-01-01' AS b, (now() - placed_at) / 2 AS c FROM shop.orders;

-- case: form_datetime_literals
SELECT DATE '2024-01-01' AS a, TIME '10:00' AS b, TIME WITH TIME ZONE '10:00+01' AS c, TIMESTAMP '2024-01-01 00:00' AS d, TIMESTAMP(3) WITH TIME ZONE '2024-01-01 00:00+00' AS e;

-- case: form_special_datetime_strings
SELECT DATE 'epoch' AS a, TIMESTAMP 'infinity' AS b, starts FROM shop.bookings WHERE valid_to < 'infinity';

-- case: form_current_values
SELECT CURRENT_DATE AS a, CURRENT_TIME(1) AS b, CURRENT_TIMESTAMP AS c, LOCALTIME(0) AS d, CURRENT_USER AS e, CURRENT_SCHEMA() AS f, CURRENT_CATALOG AS g, USER AS h;

-- case: form_system_user
-- since: 16
SELECT SYSTEM_USER AS who, note FROM shop.orders;

-- case: form_type_prefixed_string
SELECT bool 't' AS a, shop.order_status 'new' AS b, point '(1,2)' AS c, jsonb '{"a": 1}' AS d, xml '<a/>' AS e, bit '101' AS f;

-- case: form_date_bin
-- since: 14
SELECT date_bin('15 minutes', at, TIMESTAMP '2001-01-01') AS slot, avg(value) AS mean FROM shop.readings GROUP BY 1;

-- case: form_make_functions
SELECT make_date(customer_id, 1, 1) AS a, make_interval(days => customer_id, hours => 2) AS b FROM shop.orders;

-- case: form_treat_like_cast_function
SELECT text(total) AS a, date(placed_at) AS b, "numeric"(total, 3) AS c FROM shop.orders;

-- case: form_grouping_sets_words_as_names
SELECT w.rollup, w.cube, w.sets FROM (SELECT id AS rollup, total AS cube, note AS sets FROM shop.orders) w;

-- case: xml_element
SELECT xmlelement(name product, xmlattributes(sku, price AS "Cost"), name, xmlelement(name unit, "Unit")) AS x FROM shop.products;

-- case: xml_element_quoted_name
SELECT XMLELEMENT(NAME "Order", XMLATTRIBUTES(id AS "ID"), note, ' and ', (SELECT xmlagg(xmlelement(name pay, p.amount)) FROM shop.payments p WHERE p.order_id = o.id)) AS x FROM shop.orders o;

-- case: xml_forest
SELECT xmlforest(sku, price AS "P", upper(name) AS n) AS f FROM shop.products;

-- case: xml_concat_comment_pi
SELECT xmlconcat(spec, xmlcomment(name), xmlpi(name php, 'echo')) AS x FROM shop.products;

-- case: xml_root_parse_serialize
SELECT xmlroot(xmlparse(DOCUMENT '<a/>'), VERSION NO VALUE, STANDALONE YES) AS a, xmlserialize(CONTENT spec AS text) AS b, XMLPARSE(CONTENT name PRESERVE WHITESPACE) AS c FROM shop.products;

-- case: xml_serialize_indent
-- since: 16
SELECT xmlserialize(DOCUMENT spec AS text INDENT) AS a FROM shop.products;

-- case: xml_predicates
SELECT id FROM shop.products WHERE spec IS DOCUMENT AND xmlexists('/a' PASSING BY VALUE spec) AND NOT spec IS NOT DOCUMENT;

-- case: xml_xpath
SELECT (xpath('/spec/@v', spec))[1]::text AS v, xpath_exists('//b', spec) AS has_b FROM shop.products;

-- case: xml_query_in_string
SELECT query_to_xml('SELECT * FROM shop.payments', true, false, '') AS x, s.key FROM public.settings s;

-- case: json_builders
SELECT json_build_object('id', id, 'who', customer_id, 'tags', to_json(tags)) AS a, jsonb_build_array(id, note) AS b, row_to_json(ROW(id, note)) AS c FROM shop.orders;

-- case: json_constructors_object
-- since: 16
SELECT JSON_OBJECT('id': id, 'note' VALUE note, 'cur' : currency NULL ON NULL WITH UNIQUE KEYS RETURNING jsonb) AS j FROM shop.orders;

-- case: json_constructors_array
-- since: 16
SELECT JSON_ARRAY(id, note FORMAT JSON, total ABSENT ON NULL RETURNING text) AS a, JSON_ARRAY() AS b, JSON_OBJECT() AS c FROM shop.orders;

-- case: json_array_from_query
-- since: 16
SELECT c.id, JSON_ARRAY(SELECT o.total FROM shop.orders o WHERE o.customer_id = c.id ORDER BY o.id) AS totals FROM shop.customers c;

-- case: json_aggregates
-- since: 16
SELECT JSON_ARRAYAGG(total ORDER BY placed_at DESC NULL ON NULL RETURNING jsonb) AS a,
       JSON_OBJECTAGG(id: note ABSENT ON NULL WITH UNIQUE KEYS) FILTER (WHERE total > 0) AS b,
       JSON_OBJECTAGG(currency VALUE total) AS c
FROM shop.orders;

-- case: json_aggregate_window
-- since: 16
SELECT id, JSON_ARRAYAGG(note) OVER (PARTITION BY currency ORDER BY id) AS j FROM shop.orders;

-- case: json_predicates
-- since: 16
SELECT id FROM shop.orders WHERE note IS JSON OR note IS NOT JSON OBJECT OR note IS JSON ARRAY WITH UNIQUE KEYS OR currency IS JSON SCALAR OR note IS JSON VALUE;

-- case: json_value
-- since: 17
SELECT JSON_VALUE(meta, '$.a' RETURNING int DEFAULT 0 ON EMPTY ERROR ON ERROR) AS a, JSON_VALUE(meta, '$.b[$i]' PASSING customer_id AS i) AS b FROM shop.orders;

-- case: json_value_default_is_column_free
-- since: 17
SELECT o.id, JSON_VALUE(o.meta, 'strict $.x' DEFAULT upper('none') ON EMPTY DEFAULT 'broken' ON ERROR) AS x FROM shop.orders o;

-- case: json_query
-- since: 17
SELECT JSON_QUERY(attributes, '$.sizes' WITH CONDITIONAL WRAPPER KEEP QUOTES EMPTY ARRAY ON EMPTY) AS a, JSON_QUERY(attributes, '$.tag' RETURNING text OMIT QUOTES NULL ON ERROR) AS b FROM shop.products;

-- case: json_exists
-- since: 17
SELECT id FROM shop.products WHERE JSON_EXISTS(attributes, '$.sizes[*] ? (@ > $min)' PASSING price AS min FALSE ON ERROR);

-- case: json_constructors_simple
-- since: 17
SELECT JSON(note WITH UNIQUE KEYS) AS a, JSON_SCALAR(total) AS b, JSON_SERIALIZE(meta RETURNING text) AS c FROM shop.orders;

-- case: json_path_column
-- since: 17
SELECT JSON_QUERY(o.meta, s.value::jsonpath) AS found FROM shop.orders o, public.settings s WHERE s.key = 'path';
