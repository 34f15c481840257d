CREATE VIEW marts.a AS SELECT id FROM materialize.marts.b JOIN materialize.raw.orders USING (id);
CREATE VIEW marts.b AS SELECT 1 AS id;
