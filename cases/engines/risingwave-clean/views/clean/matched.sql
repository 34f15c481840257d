CREATE MATERIALIZED VIEW clean.matched AS
SELECT t.id, p.amount, p.paid_at
FROM clean.trips t
ASOF LEFT JOIN raw.payments p ON p.trip_id = t.id AND t.started_at <= p.paid_at;
