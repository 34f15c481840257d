CREATE FUNCTION bi.best(integer) RETURNS numeric LANGUAGE sql STABLE AS
    'SELECT max(d.revenue) FROM marts.daily AS d WHERE d.shop_id = $1';
