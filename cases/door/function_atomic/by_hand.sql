CREATE FUNCTION bi.best(integer) RETURNS numeric LANGUAGE sql STABLE
BEGIN ATOMIC
    SELECT max(d.revenue) FROM marts.daily AS d WHERE d.shop_id = $1;
END;
COMMENT ON FUNCTION bi.best(integer) IS 'best day';
REVOKE EXECUTE ON FUNCTION bi.best(integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION bi.best(integer) TO finance;
ALTER FUNCTION bi.best(integer) OWNER TO anna;
