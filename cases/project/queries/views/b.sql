CREATE VIEW marts.b AS
WITH gone AS (DELETE FROM raw.orders RETURNING id)
SELECT id FROM gone;
