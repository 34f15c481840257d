CREATE SCHEMA IF NOT EXISTS marts;
CREATE VIEW marts.a AS SELECT o.id, c.id FROM sub.orders o JOIN sub.customers c ON c.id = o.customer_id;
CREATE VIEW marts.b AS SELECT upper(o.a), upper(o.b), 1, 2 FROM sub.orders o;
CREATE TABLE marts.t (id int, name text, "id" int);
CREATE VIEW marts.c (x, x) AS SELECT 1, 2;
