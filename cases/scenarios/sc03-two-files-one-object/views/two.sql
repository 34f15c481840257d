-- The same one, in another letter case.
CREATE VIEW Mart."orders" AS SELECT 2 AS id;
