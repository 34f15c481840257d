CREATE MATERIALIZED VIEW marts.plain AS
SELECT id, round(sum(net), 2) AS net, pg_catalog.max(day) AS last
FROM raw.t, generate_series(1, 2) AS g (n) WHERE starts_with(name, 'a') GROUP BY id HAVING bool_or(paid);
