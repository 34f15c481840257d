CREATE FUNCTION marts.f(a int) RETURNS int LANGUAGE sql AS $$ SELECT a; $$;
CREATE FUNCTION marts.f(a text) RETURNS text LANGUAGE sql AS $$ SELECT a; $$;
