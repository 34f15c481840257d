CREATE VIEW marts.orders AS SELECT 1 AS id;
