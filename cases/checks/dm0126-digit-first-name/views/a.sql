CREATE VIEW marts."2024_orders" AS SELECT 1 AS id;
