CREATE MATERIALIZED VIEW marts.without_payload AS
SELECT t.id, t.zone, a.value AS part
FROM clean.trips AS t
CROSS JOIN LATERAL unnest(ARRAY[t.base_fare, t.fare]) AS a(value)
WHERE t.arrived_at > now() - INTERVAL '1 day';
