CREATE MATERIALIZED VIEW marts.many AS
SELECT unnest(ARRAY[1, 1]) AS n, day FROM raw.orders GROUP BY day;
