CREATE MATERIALIZED VIEW mart.leading AS SELECT , user_id FROM raw.events;
