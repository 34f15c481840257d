CREATE OR REPLACE MATERIALIZED VIEW marts.again AS SELECT id, f(id) AS y, sub.twice(id) AS x FROM raw.orders;
