-- dormer: refresh.cron = "0 3 * * *"
-- dormer: owner = "anna"
CREATE MATERIALIZED VIEW marts.a AS SELECT 1 AS id;
