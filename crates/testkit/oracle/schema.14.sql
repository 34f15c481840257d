-- What the fixture adds on PostgreSQL 14 and later: bodies bound by identity, multiranges.

CREATE FUNCTION shop.order_count() RETURNS bigint
    LANGUAGE sql STABLE
    BEGIN ATOMIC
        SELECT count(*) FROM shop.orders;
    END;
CREATE FUNCTION shop.paid_orders(minimum numeric)
    RETURNS TABLE (id bigint, amount numeric)
    LANGUAGE sql STABLE
    BEGIN ATOMIC
        SELECT p.order_id, p.amount FROM shop.payments AS p WHERE p.amount >= minimum;
    END;
CREATE FUNCTION shop.doubled(x integer) RETURNS integer
    LANGUAGE sql IMMUTABLE
    RETURN x * 2;

CREATE TABLE shop.closures (room integer, periods datemultirange);
