-- dormer: refresh = { every = "5m" }
-- dormer: audit.on = "refresh"
CREATE MATERIALIZED VIEW quiet.never AS SELECT id FROM raw.orders;

-- dormer: audit "positive"
SELECT id FROM quiet.never WHERE id < 0;
