-- Operators, conditionals, casts and comparisons.

-- case: expr_arithmetic
SELECT quantity * price - discount / 100 + quantity % 2 - 2.0 ^ 3 AS x FROM shop.order_items;

-- case: expr_logic
SELECT id FROM shop.orders WHERE NOT total > 1 AND (note IS NULL OR currency = 'EUR') AND shipped_on IS NOT NULL;

-- case: expr_boolean_tests
SELECT (total > 1) IS TRUE AS a, (total > 1) IS NOT FALSE AS b, (note = 'x') IS UNKNOWN AS c, (note = 'x') IS NOT UNKNOWN AS d FROM shop.orders;

-- case: expr_isnull_notnull_suffixes
SELECT note ISNULL AS a, currency NOTNULL AS b FROM shop.orders;

-- case: expr_is_distinct_from
SELECT id FROM shop.orders WHERE note IS DISTINCT FROM currency AND total IS NOT DISTINCT FROM NULL;

-- case: expr_between_and
SELECT id FROM shop.orders WHERE total BETWEEN 1 AND 10 AND id NOT BETWEEN 5 AND customer_id;

-- case: expr_between_symmetric
SELECT id FROM shop.orders WHERE total BETWEEN SYMMETRIC 10 AND customer_id AND id NOT BETWEEN SYMMETRIC 9 AND 1;

-- case: expr_case_searched
SELECT CASE WHEN total > 100 THEN 'a' WHEN note IS NULL THEN currency END AS x FROM shop.orders;

-- case: expr_case_simple
SELECT CASE status WHEN 'new' THEN 1 WHEN 'paid' THEN 2 ELSE customer_id END AS x FROM shop.orders;

-- case: expr_case_nested
SELECT CASE WHEN total > 1 THEN CASE currency WHEN 'EUR' THEN note ELSE 'x' END ELSE (CASE WHEN true THEN 'y' END) END AS x FROM shop.orders;

-- case: expr_case_in_where_and_aggregate
SELECT sum(CASE WHEN method = 'card' THEN amount ELSE 0 END) AS card FROM shop.payments WHERE CASE WHEN paid_at IS NULL THEN false ELSE amount > 0 END;

-- case: expr_coalesce_nullif
SELECT COALESCE(note, NULLIF(currency, ''), 'none') AS x FROM shop.orders;

-- case: expr_greatest_least
SELECT GREATEST(total, customer_id, 5) AS hi, LEAST(placed_at, now()) AS lo FROM shop.orders;

-- case: expr_cast_forms
SELECT total::int AS a, CAST(total AS text) AS b, int4(total) AS c, numeric '1.5' AS d, float8 '2' AS e FROM shop.orders;

-- case: expr_cast_chain_and_precision
SELECT total::numeric(6, 1)::text::varchar(4) AS x, placed_at::timestamp(0) with time zone AS y FROM shop.orders;

-- case: expr_cast_to_schema_type
SELECT id, 'paid'::shop.order_status AS s, value::shop.email_address AS e FROM shop.orders, public.settings;

-- case: expr_cast_to_quoted_enum
SELECT CAST('in between' AS shop."Mood") AS mood, o.id FROM shop.orders o WHERE 'Good'::shop."Mood" < 'bad';

-- case: expr_cast_array_types
SELECT tags::varchar[] AS a, dims::bigint[][] AS b, '{1}'::int array AS c, '{2}'::int array[4] AS d FROM shop.orders, shop.products;

-- case: expr_cast_to_row_type
SELECT ROW('a', 'b', 'c', 'd')::shop.address AS a, ('k', 'v')::public.settings AS s;

-- case: expr_cast_to_type_of_name_like_table
SELECT NULL::shop.orders AS o, NULL::shop.payments[] AS p;

-- case: expr_like_forms
SELECT id FROM shop.orders WHERE note LIKE 'a!_%' ESCAPE '!' OR note NOT LIKE '%z' OR note ILIKE currency || '%' OR note NOT ILIKE 'q';

-- case: expr_similar_to
SELECT id FROM shop.orders WHERE note SIMILAR TO '(a|b)%' OR note NOT SIMILAR TO 'x#_' ESCAPE '#';

-- case: expr_regex_operators
SELECT id FROM shop.orders WHERE note ~ '^a' AND note !~ 'b$' AND note ~* 'c' AND note !~* 'd' AND note ~~ 'e%' AND note !~~* 'f';

-- case: expr_operator_syntax
SELECT id OPERATOR(pg_catalog.+) 1 AS a, total OPERATOR(shop.<+>) 0.1 AS b FROM shop.orders WHERE id OPERATOR(pg_catalog.<>) 3;

-- case: expr_own_operator_by_path
SELECT total <+> 0.2 AS net, ~~~ total AS negative FROM shop.orders;

-- case: expr_prefix_operator_schema
SELECT OPERATOR(shop.~~~) total AS negative, @ total AS abs, |/ total AS root FROM shop.orders;

-- case: expr_not_equal_spellings
SELECT id FROM shop.orders WHERE id <> 1 AND id != 2;

-- case: expr_row_comparisons
SELECT line_no FROM shop.order_items WHERE (order_id, line_no) > (1, 2) AND ROW(quantity, price) <= ROW(5, 9.99) AND (price, 1) = (discount, 1);

-- case: expr_row_is_null
SELECT id FROM shop.orders WHERE (note, currency) IS NOT NULL OR ROW(total) IS NULL;

-- case: expr_row_distinct
SELECT id FROM shop.orders WHERE ROW(note, currency) IS DISTINCT FROM ROW('a', 'b');

-- case: expr_in_list
SELECT id FROM shop.orders WHERE currency IN ('EUR', note, upper('usd')) AND id NOT IN (1, 2) AND (customer_id, currency) IN ((1, 'a'), (2, note));

-- case: expr_any_array_operators
SELECT id FROM shop.orders WHERE 5 = ANY (ARRAY[id, customer_id]) AND total > ALL ('{1,2}'::numeric[]) AND 'x' = SOME (tags);

-- case: expr_collate
SELECT name COLLATE "C" AS n FROM shop.customers WHERE name COLLATE shop.plain < country AND country COLLATE pg_catalog."C" > 'a';

-- case: expr_json_operators
SELECT meta -> 'a' ->> 'b' AS x, meta #>> '{a,b}' AS y, meta ? 'k' AS z, meta ?| ARRAY['a', note] AS q, meta @> '{"a":1}' AS r, meta @? '$.a' AS s FROM shop.orders;

-- case: expr_jsonb_minus_and_concat
SELECT (meta - 'a' || prefs) #- '{b,c}' AS merged FROM shop.orders JOIN shop.customers c ON c.id = customer_id;

-- case: expr_array_operators
SELECT tags || note AS a, note || tags AS b, tags && ARRAY['x'] AS c, tags @> '{y}' AS d, tags <@ ARRAY[currency] AS e FROM shop.orders;

-- case: expr_range_operators
SELECT during * tstzrange(now(), NULL) AS part, lower(during) AS a, upper_inf(during) AS b, seats -|- '[1,3)'::int4range AS c FROM shop.bookings WHERE during @> now();

-- case: expr_range_constructors
SELECT shop.money_range(amount, amount + 1, '[]') AS r, daterange(valid_from, valid_to) AS d FROM shop.payments, shop.bookings;

-- case: expr_multirange
-- since: 14
SELECT periods * datemultirange(daterange('2024-01-01', NULL)) AS p, multirange(available) AS m FROM shop.closures, shop.products;

-- case: expr_bit_and_bytea
SELECT flags & B'10101010' AS a, ~flags AS b, flags << 2 AS c, X'1F' AS d, raw || '\x00'::bytea AS e, encode(raw, 'hex') AS f FROM shop.readings;

-- case: expr_number_literals
SELECT 1 AS a, -1 AS b, +1 AS c, 1. AS d, .5 AS e, 1e10 AS f, 1.5E-3 AS g, 12345678901234567890 AS h;

-- case: expr_number_literals_new
-- since: 16
SELECT 1_000_000 AS a, 0x1F AS b, 0o17 AS c, 0b1010 AS d, 1_0.0_1 AS e, total + 0xff AS f FROM shop.orders;

-- case: expr_enum_comparison
SELECT id FROM shop.orders WHERE status >= 'paid' AND status = ANY (ENUM_RANGE('paid'::shop.order_status, NULL));

-- case: expr_variadic_call
SELECT concat_ws(',', VARIADIC tags) AS a, format('%s-%s', VARIADIC ARRAY[note, currency]) AS b, num_nulls(note, total) AS n FROM shop.orders;

-- case: expr_function_with_table_like_name
SELECT left(note, 2) AS l, right(note, 2) AS r, replace(note, 'orders', 'shop.payments') AS x FROM shop.orders;

-- case: expr_nested_functions
SELECT upper(trim(both ' ' from coalesce(nullif(note, ''), lower(currency)))) AS x FROM shop.orders;

-- case: expr_domain_and_enum_arrays
SELECT ARRAY['new', status]::shop.order_status[] AS a, ARRAY[discount]::shop.percent[] AS b FROM shop.orders, shop.order_items;

-- case: expr_uuid_and_inet
SELECT ref, '10.0.0.1'::inet << '10.0.0.0/8' AS inside FROM shop.customers WHERE ref <> '00000000-0000-0000-0000-000000000000';

-- case: expr_precedence_traps
SELECT -id ^ 2 AS a, NOT note IS NULL AS b, id = 1 IS TRUE AS c, note || currency LIKE 'a' || '%' AS d, total - id - 1 AS e FROM shop.orders;

-- case: expr_parentheses_everywhere
SELECT (((id))) AS a, ((total) + ((customer_id))) AS b FROM shop.orders WHERE (((note) IS NULL));

-- case: expr_implicit_string_continuation
SELECT note || 'one'
  ' two'
  ' three' AS x FROM shop.orders;

-- case: expr_where_current_date
SELECT id FROM shop.orders WHERE shipped_on >= CURRENT_DATE - 7 AND placed_at < LOCALTIMESTAMP;

-- case: expr_text_search
SELECT id FROM shop.orders WHERE to_tsvector('simple', note) @@ to_tsquery('a & b');

-- case: expr_volatile_functions
SELECT random() AS r, clock_timestamp() AS t, gen_random_uuid() AS u, o.id FROM shop.orders o;
