CREATE VIEW marts."7_day_orders" AS SELECT 1 AS id;
CREATE VIEW marts."30_day_orders" AS SELECT id FROM marts."7_day_orders";
