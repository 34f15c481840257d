CREATE MATERIALIZED VIEW marts.sorted AS
SELECT id, max(doc) AS doc FROM raw.t GROUP BY id ORDER BY unnest(array_agg(day));
