CREATE MATERIALIZED VIEW marts.orders_recent AS
SELECT id, date_trunc('day', day) AS d, 'now()' AS text, sub.now() AS own -- now()
FROM raw.orders;
CREATE UNIQUE INDEX orders_recent_key ON marts.orders_recent (id);
