CREATE VIEW marts."1_orders" AS SELECT 1 AS id;
CREATE VIEW marts."2_orders" AS SELECT id FROM marts."1_orders";
CREATE VIEW marts."2_shops" AS SELECT id FROM marts."2_orders";
