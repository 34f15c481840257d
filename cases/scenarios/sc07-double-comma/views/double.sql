CREATE MATERIALIZED VIEW mart.double AS
SELECT
    user_id,
    max(ts) AS last_ts,,
    count(*) AS n
FROM raw.events
GROUP BY user_id;
