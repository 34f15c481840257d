CREATE VIEW mart.one AS SELECT ';' AS a, $tag$ ; CREATE VIEW mart.not_one AS SELECT 1; $tag$ AS b, E'\';' AS c
/* ; /* CREATE VIEW mart.nor_two AS SELECT 1; */ ; */
FROM (SELECT 1) AS t -- ; and this
; COMMENT ON VIEW mart.one IS 'a; b';
CREATE FUNCTION mart.f() RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT 1; SELECT CASE WHEN true THEN 2 END; END;
CREATE FUNCTION mart.g() RETURNS int LANGUAGE sql AS $$ SELECT 1; SELECT 2; $$;;
CREATE VIEW mart.two AS SELECT "a;b" FROM raw."x;y" WHERE U&'\003b;' <> $$;$$
