CREATE MATERIALIZED VIEW IF NOT EXISTS marts.orders_daily (day, revenue)
WITH (fillfactor = 70)
AS
SELECT day, sum(net) AS revenue FROM sub.orders GROUP BY day
WITH NO DATA;
CREATE INDEX orders_daily_day ON marts.orders_daily (day);
COMMENT ON MATERIALIZED VIEW marts.orders_daily IS 'Revenue per day';
