CREATE VIEW marts.a AS
SELECT CAST(x AS marts.money) AS cast_to, y::marts.money[] AS w, 'marts.b'::regclass AS r,
    nextval('keys.s') AS n, marts.money AS column_of_an_alias, 'marts.b' AS t
FROM raw.orders marts
WHERE x OPERATOR(marts.+) 1 > 0
ORDER BY x COLLATE marts.german;
CREATE TABLE marts.t (
    id bigint DEFAULT nextval('keys.s'::regclass),
    price marts.money COLLATE "marts"."german",
    CONSTRAINT positive CHECK (marts.is_positive(price)),
    o bigint REFERENCES marts.orders (id)
);
CREATE INDEX ON marts.t (marts.lower(price) marts.money_ops);
CREATE FUNCTION marts.f(x marts.money) RETURNS SETOF marts.t LANGUAGE sql AS 'select * from marts.t';
