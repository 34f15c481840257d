CREATE MATERIALIZED VIEW IF NOT EXISTS marts.orders WITH (backfill_order = FIXED(raw.a -> raw.b)) AS
SELECT window_start, count(*) AS orders FROM TUMBLE(raw.orders, created_at, INTERVAL '1' HOUR) GROUP BY window_start
EMIT ON WINDOW CLOSE;
CREATE INDEX orders_start ON marts.orders (window_start);
COMMENT ON TABLE marts.orders IS 'x';
