-- Reads mart.a; nobody reads mart.b.
CREATE VIEW mart.b AS
SELECT a.id, 'from mart.b' AS said
FROM mart.a AS a /* JOIN mart.c ON true */;
