CREATE MATERIALIZED VIEW marts.a AS
WITH o AS (SELECT id, net FROM raw.orders)
SELECT o.id, left(s.name, 3) AS short, sum(o.net) AS net FROM o INNER JOIN (SELECT id, name FROM raw.shops) s ON s.id = o.id GROUP BY o.id, left(s.name, 3);
