CREATE SCHEMA IF NOT EXISTS marts;
CREATE VIEW marts.a AS SELECT o.id, c.id AS customer_id FROM sub.orders o JOIN sub.customers c ON c.id = o.customer_id;
CREATE VIEW marts.b (one, two) AS SELECT upper(o.a), upper(o.b) FROM sub.orders o;
CREATE TABLE marts.t (id int, "ID" int);
CREATE VIEW marts.c AS SELECT id FROM marts.t UNION SELECT 1 AS id;
