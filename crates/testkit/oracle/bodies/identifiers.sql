-- Quoted, mixed-case, keyword-like and non-ASCII names, U&"" names, names equal to each other.

-- case: ident_quoted_all
SELECT "Odd Column", "col""quote", "sp ace", "naïve", "日本", "UPPER", "lower" FROM "Odd Schema"."Odd Table";

-- case: ident_quoted_alias_with_quote
SELECT t."col""quote" AS "a""b", t."sp ace" AS " lead and trail " FROM "Odd Schema"."Odd Table" t;

-- case: ident_star_of_quoted
SELECT "Odd Table".* FROM "Odd Schema"."Odd Table";

-- case: ident_star_of_quoted_schema
SELECT "Odd Schema"."Odd Table".* FROM "Odd Schema"."Odd Table";

-- case: ident_case_pair
SELECT a, "A", A AS again FROM "Odd Schema".plain;

-- case: ident_case_pair_qualified
SELECT P.a AS low, p."A" AS up, "Odd Schema".PLAIN.B FROM "Odd Schema".plain, "Odd Schema".plain P;

-- case: ident_quoted_lowercase_equals_unquoted
SELECT "id", ID AS x, "orders"."total" FROM "shop"."orders";

-- case: ident_table_named_order
SELECT "order".id, "order"."user", "order"."desc", "order"."table", "order"."Order" FROM shop."order";

-- case: ident_lead_keyword_columns
SELECT "Id", "Select", "from", "Group", plain FROM crm."Lead";

-- case: ident_lead_keyword_columns_qualified
SELECT l."Select" AS "select", l."from" AS "From", crm."Lead"."Group" FROM crm."Lead" AS l, crm."Lead" WHERE l."Id" = crm."Lead"."Id";

-- case: ident_reserved_words_after_dot
SELECT o.user, o.desc, o.table, l.from FROM shop."order" o, crm."Lead" l;

-- case: ident_unicode_escape
SELECT U&"na\00EFve" AS n, U&"\65E5\672C" AS d FROM "Odd Schema"."Odd Table";

-- case: ident_unicode_escape_uescape
SELECT t.U&"na!00EFve" UESCAPE '!' AS n FROM "Odd Schema".U&"Odd!0020Table" UESCAPE '!' t;

-- case: ident_unicode_escape_table
SELECT id FROM shop.U&"\006Frders";

-- case: ident_unicode_escape_long_form
SELECT U&"\+000069d" FROM U&"sh\006Fp".orders;

-- case: ident_unicode_names
SELECT t."日本" AS ñandú, t."naïve" AS "Ünïcode" FROM "Odd Schema"."Odd Table" AS t;

-- case: ident_unicode_unquoted_alias
SELECT größe.id, größe.total AS summe€ FROM shop.orders größe;

-- case: ident_upper_case_non_ascii_is_kept
SELECT id AS ÄB, note AS "äb" FROM shop.orders;

-- case: ident_dollar_and_digits
SELECT a$1.id AS col_2$, a$1.total AS _x9 FROM shop.orders a$1;

-- case: ident_alias_named_like_schema
SELECT shop.id, shop.total FROM crm.customers AS c, shop.orders AS shop;

-- case: ident_alias_named_like_schema_and_table_of_it
SELECT shop.orders.id, crm.name FROM shop.orders, crm.customers AS crm;

-- case: ident_alias_named_like_database
SELECT oracle.id, oracle.note FROM shop.orders oracle;

-- case: ident_alias_is_keyword_quoted
SELECT "select".id, "from".name FROM shop.orders AS "select" JOIN shop.customers AS "from" ON "from".id = "select".customer_id;

-- case: ident_alias_is_unreserved_keyword
SELECT first.id, data.name, year.key FROM shop.orders first, shop.categories data, public.settings year;

-- case: ident_alias_case_sensitive_pair
SELECT "T".id AS a, t.id AS b FROM shop.orders "T", shop.payments t;

-- case: ident_alias_swapped_with_tables
SELECT payments.total, orders.amount FROM shop.orders AS payments, shop.payments AS orders WHERE payments.id = orders.order_id;

-- case: ident_column_alias_equals_other_table
SELECT id AS customers, total AS payments FROM shop.orders;

-- case: ident_column_equals_table_name
SELECT orders, note.body FROM shop.note;

-- case: ident_column_equals_table_name_joined
SELECT n.orders, o.id FROM shop.note n JOIN shop.orders o ON o.note = n.orders;

-- case: ident_column_named_like_function
SELECT t.lower, lower(t.lower) AS l2, lower(t."UPPER") AS l3 FROM "Odd Schema"."Odd Table" t;

-- case: ident_column_named_like_type
SELECT s.text, s.date, s."int" FROM (SELECT note AS text, shipped_on AS date, id AS "int" FROM shop.orders) s;

-- case: ident_function_named_like_table
SELECT "Odd Schema"."Odd Function"("Arg" => plain.a) AS x FROM "Odd Schema".plain;

-- case: ident_quoted_builtin_function
SELECT "count"(*) AS c, "pg_catalog"."lower"('X') AS l, pg_catalog.upper(max(note)) AS u FROM shop.orders;

-- case: ident_quoted_type_names
SELECT CAST(id AS "int4") AS a, id::"pg_catalog"."int8" AS b, '1'::pg_catalog.numeric AS c FROM shop.orders;

-- case: ident_quoted_column_in_using_and_order
SELECT "Key", x."Select" FROM "Odd Schema"."Odd View" x JOIN (SELECT "A" AS "Key" FROM "Odd Schema".plain) y USING ("Key") ORDER BY "Key";

-- case: ident_column_list_quoted_on_alias
SELECT v."My Id", v."select" FROM shop.categories AS v ("My Id", "select");

-- case: ident_63_byte_alias
SELECT a2345678901234567890123456789012345678901234567890123456789012x.id FROM shop.orders a2345678901234567890123456789012345678901234567890123456789012x;

-- case: ident_overlong_alias_is_cut_on_both_sides
SELECT a23456789012345678901234567890123456789012345678901234567890123456.id
FROM shop.orders a2345678901234567890123456789012345678901234567890123456789012345678;

-- case: ident_multibyte_alias_is_cut_at_a_character
SELECT id AS "日本日本日本日本日本日本日本日本日本日本日本日本" FROM shop.orders;

-- case: ident_words_of_join_as_columns
SELECT s."left", s."natural", s."cross" FROM (SELECT id AS "left", total AS "natural", note AS "cross" FROM shop.orders) AS s;

-- case: ident_nonreserved_words_as_names
SELECT t.value, t.key, t.row, t.window FROM (SELECT 1 AS value, 2 AS key, 3 AS row, 4 AS window FROM shop.bare) t;

-- case: ident_values_as_alias
SELECT s.values, s.set, s.only FROM (SELECT id AS values, note AS set, total AS only FROM shop.orders) s;

-- case: ident_lateral_function_name_alias
SELECT "lateral".x FROM LATERAL (SELECT id AS x FROM shop.orders) AS "lateral";

-- case: ident_spaces_tabs_between_dots
SELECT	o	.	id AS a, "Odd Schema" . "Odd Table" . "Odd Column" FROM shop.orders o, "Odd Schema" . "Odd Table";
