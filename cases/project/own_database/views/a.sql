CREATE VIEW Materialize.marts.a AS
SELECT materialize.marts.b.id, b.*, materialize.marts.f(o.id) AS f
FROM materialize.marts.b, materialize.raw.orders o, other.marts.b x;
COMMENT ON COLUMN materialize.marts.a.id IS 'materialize.marts.a';
