CREATE VIEW marts.totals_named AS
SELECT "C"."Name", t.net, NVL2(t.last_day, 'yes', 'no') AS has_orders
FROM "RAW"."Customers" AS "C" LEFT JOIN mv.customer_totals T ON T.customer_id = c.CUSTOMER_ID;
