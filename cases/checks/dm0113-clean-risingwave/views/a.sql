CREATE MATERIALIZED VIEW marts.a AS SELECT id, proctime() AS p FROM raw.orders WHERE day > now() - INTERVAL '1 day';
