DROP VIEW IF EXISTS marts.orders;
DROP VIEW IF EXISTS marts.nobody;
CREATE VIEW marts.c AS SELECT 1 AS id;
