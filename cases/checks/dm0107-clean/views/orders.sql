CREATE VIEW marts.orders AS
WITH bare AS (SELECT id FROM raw.orders)
SELECT b.id FROM bare b JOIN pg_class c ON c.oid = b.id, unnest(ARRAY[1]) AS u;
