CREATE FUNCTION bi.bound() RETURNS bigint LANGUAGE sql
    BEGIN ATOMIC SELECT count(*) FROM marts.orders_daily WHERE orders_daily.net > 0; END;
CREATE VIEW bi.through_bound AS SELECT bi.bound() AS n;
