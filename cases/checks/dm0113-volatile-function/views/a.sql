CREATE MATERIALIZED VIEW marts.orders_recent AS
SELECT id, CURRENT_DATE - day AS age, random() AS r, now() AS at
FROM raw.orders WHERE day > current_date - 7;
CREATE UNIQUE INDEX orders_recent_key ON marts.orders_recent (id);
