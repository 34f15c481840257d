CREATE MATERIALIZED VIEW marts.orders_daily
BACKUP NO
DISTSTYLE KEY DISTKEY (day)
SORTKEY (day)
AUTO REFRESH YES
AS SELECT day, sum(net) AS revenue FROM raw.orders GROUP BY day;
COMMENT ON VIEW marts.orders_daily IS 'Revenue per day';
