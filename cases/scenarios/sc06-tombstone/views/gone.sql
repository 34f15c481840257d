-- Left in March.
DROP MATERIALIZED VIEW IF EXISTS mart.gone;
