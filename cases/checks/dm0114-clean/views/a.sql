CREATE MATERIALIZED VIEW marts.orders_recent AS
SELECT o.id, count(*) AS n, max(o.net * 2) AS top FROM raw.orders o
WHERE EXISTS (SELECT * FROM raw.shops x WHERE x.id = o.id) GROUP BY o.id;
CREATE UNIQUE INDEX orders_recent_key ON marts.orders_recent (id);
