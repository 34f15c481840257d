CREATE VIEW marts."Shops" AS SELECT 1 AS id;
