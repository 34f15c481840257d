CREATE MATERIALIZED VIEW marts.a AS SELECT id FROM raw.orders WHERE day > getdate() - 7 AND day < sysdate;
