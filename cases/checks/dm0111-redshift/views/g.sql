CREATE FUNCTION sub.twice (bigint) RETURNS bigint IMMUTABLE AS $$ SELECT $1 * 2 $$ LANGUAGE sql;
