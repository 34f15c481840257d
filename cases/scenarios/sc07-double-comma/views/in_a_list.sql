CREATE MATERIALIZED VIEW mart.in_a_list AS
SELECT user_id FROM raw.events WHERE kind IN ('a',, 'b') GROUP BY user_id,;
