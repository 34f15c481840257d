CREATE MATERIALIZED VIEW marts.d AS
SELECT id, row_number() OVER (ORDER BY id) AS n, listagg(name) AS names
FROM raw.shops WHERE id IN (SELECT shop_id FROM raw.orders) UNION SELECT 1, 2, 'x';
