CREATE VIEW marts.shops AS SELECT 1 AS id;
