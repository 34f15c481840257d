CREATE VIEW marts.my_b AS SELECT 1 AS id;
