CREATE MATERIALIZED VIEW marts.inner_set AS
SELECT id, jsonb_object_keys(max(doc)) AS k FROM raw.t GROUP BY id;
