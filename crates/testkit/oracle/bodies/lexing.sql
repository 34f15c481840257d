-- Texts that try to mislead a reader: strings, comments, dollar quotes, odd spacing.

-- case: lex_table_in_string
SELECT 'SELECT * FROM shop.payments' AS q FROM shop.orders;

-- case: lex_quote_in_string
SELECT 'it''s FROM crm.contacts; really' AS s, id FROM shop.orders;

-- case: lex_escape_string
SELECT E'\' FROM shop.payments; --' AS s, e'a\\' AS t, id FROM shop.orders;

-- case: lex_backslash_in_plain_string
SELECT 'ends with a backslash\' AS s, id FROM shop.orders WHERE note <> '\';

-- case: lex_unicode_string
SELECT U&'\0041 FROM shop.payments' AS s, U&'d!0061t' UESCAPE '!' AS t FROM shop.orders;

-- case: lex_dollar_quote
SELECT $$it's FROM shop.payments; "x" $$ AS s FROM shop.orders;

-- case: lex_dollar_quote_tagged
SELECT $tag$ $$ FROM crm.contacts $$ $other$ $tag$ AS s, $_1$'$_1$ AS t FROM shop.orders;

-- case: lex_dollar_quote_over_lines
SELECT $body$
SELECT * FROM shop.payments
-- not a comment; /* nor this
$body$ AS s, key
FROM public.settings;

-- case: lex_bit_and_hex_strings
SELECT B'0101' AS b, x'FF' AS h, N'national FROM shop.payments' AS n FROM shop.bare;

-- case: lex_line_comment_with_table
SELECT id -- FROM shop.payments
FROM shop.orders -- JOIN crm.contacts USING (id) ; and more
WHERE total > 0;

-- case: lex_block_comment_with_table
SELECT id /* , (SELECT 1 FROM shop.payments) */ FROM /* crm.contacts, */ shop.orders /* ; */ WHERE true;

-- case: lex_nested_comment
SELECT id /* outer /* inner ; FROM crm.contacts */ still out ' " $$ */ FROM shop.orders;

-- case: lex_comment_opens_inside_string
SELECT '/* ' || note || ' */' AS s, '--' AS t FROM shop.orders;

-- case: lex_string_opens_inside_comment
SELECT id -- don't
, note /* "never */ FROM shop.orders;

-- case: lex_comment_between_every_token
SELECT/**/o/**/./**/id/**/,/**/total/**/AS/**/t/**/FROM/**/shop/**/./**/orders/**/o/**/WHERE/**/o/**/./**/note/**/IS/**/NULL;

-- case: lex_no_spaces
SELECT(id)+1 AS x,"note"AS"n",'a'AS"b"FROM"shop"."orders"WHERE(total>1)AND"currency"='EUR';

-- case: lex_minus_minus_is_comment
SELECT 1 --1
 AS x FROM shop.orders;

-- case: lex_minus_space_minus
SELECT total - -1 AS x, - - id AS y FROM shop.orders;

-- case: lex_star_slash_operators
SELECT id*-1 AS a, total/ -2 AS b, 2 */* comment */3 AS c FROM shop.orders;

-- case: lex_operator_runs
SELECT id<-1 AS a, id>=-1 AS b, note||'-'||currency AS c, @ -1 AS d FROM shop.orders;

-- case: lex_dots_and_numbers
SELECT 1.e3 AS a, +.5 AS b, tags[1:2] AS c, o.id FROM shop.orders o;

-- case: lex_casts_without_spaces
SELECT id::text::varchar AS a,'1'::int AS b,tags::text[]AS c FROM shop.orders;

-- case: lex_mixed_case_keywords
sElEcT Id As X fRoM sHoP.oRdErS wHeRe ToTaL bEtWeEn 1 aNd 2 oRdEr By iD;

-- case: lex_tabs_newlines
SELECT
	id
		,
	total


FROM
	shop.orders

		AS
	o;

-- case: lex_crlf_in_string_escape
SELECT E'a\r\nFROM shop.payments\tb' AS s, id FROM shop.orders;

-- case: lex_string_continued_over_lines
SELECT 'FROM '
    -- a comment between the parts
    'shop.payments' AS s, id FROM shop.orders;

-- case: lex_semicolon_in_quoted_name
SELECT id AS "a;b", note AS "--c", total AS "/* d */" FROM shop.orders;

-- case: lex_parentheses_in_strings
SELECT '(' || note || '))' AS s FROM shop.orders WHERE note NOT IN (')', '((');

-- case: lex_leading_comment
/* A head comment. FROM crm.contacts; */ -- and another
SELECT id FROM shop.orders;

-- case: lex_trailing_comment
SELECT id FROM shop.orders /* the end; really */
-- FROM shop.payments
;

-- case: lex_with_in_comment_before_select
-- WITH orders AS (SELECT 1)
SELECT id FROM orders;

-- case: lex_cte_like_text_in_string
SELECT 'WITH payments AS (SELECT 1)' AS s, p.id FROM payments p;

-- case: lex_colon_forms
SELECT tags[1:customer_id] AS a, tags[:1] AS b, id::int AS c FROM shop.orders;

-- case: lex_question_mark_operators
SELECT meta ? 'a' AS a, meta ?& ARRAY['b'] AS b, meta @? '$.c ? (@ > 1)' AS c FROM shop.orders;

-- case: lex_dollar_in_identifier_not_a_quote
SELECT id AS a$b$c, note AS d$$ FROM shop.orders;

-- case: lex_from_inside_functions
SELECT extract(day from placed_at) AS d, substring(note from 2) AS s, trim(both from note) AS t, overlay(note placing 'x' from 1 for 2) AS v FROM shop.orders;

-- case: lex_keyword_from_in_is_distinct
SELECT id IS DISTINCT FROM customer_id AS a, note IS NOT DISTINCT FROM currency AS b FROM shop.orders;
