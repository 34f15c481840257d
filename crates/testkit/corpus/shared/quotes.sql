SELECT 'a''b', E'\'', U&'d\0061t', $$ ; $$, $tag$ $$ ' $tag$, "q""uo;ted", /* a /* nested; */ b */ 1 -- ; end
;
CREATE FUNCTION f() RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT 1; SELECT CASE WHEN true THEN 2 END; END;
SELECT ${stage}, '$${x}', $1::numeric(10, 2), a.b->>'c', ARRAY[1, 2][1], B'01', X'1F', 1.5e-3;
