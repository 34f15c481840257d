CREATE VIEW shop.marts.a AS SELECT id FROM Crm.marts.b JOIN shop.marts.b USING (id);
CREATE VIEW marts.b AS SELECT 1 AS id;
