CREATE MATERIALIZED VIEW mart.before_from AS
SELECT
    user_id,
    max(ts) AS last_ts,
FROM raw.events
GROUP BY user_id;
