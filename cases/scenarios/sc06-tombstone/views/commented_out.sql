DROP VIEW IF EXISTS mart.commented_out;
-- CREATE VIEW mart.commented_out AS SELECT id FROM raw.orders;
/*
CREATE MATERIALIZED VIEW mart.also_commented_out AS SELECT id FROM mart.child;
*/
