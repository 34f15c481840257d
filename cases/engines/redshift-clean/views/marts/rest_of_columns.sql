CREATE VIEW marts.rest_of_columns AS
SELECT o.order_id, UPPER(o.status) AS status, c.name || ' (' || c.country || ')' AS label
FROM raw.orders o, raw.customers c
WHERE o.customer_id = c.customer_id AND o.status SIMILAR TO '(paid|sent)' AND LEN(c.name) > 1;
