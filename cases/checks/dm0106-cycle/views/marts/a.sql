CREATE VIEW marts.a AS
SELECT id FROM marts.b;
