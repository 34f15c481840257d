-- dormer: refresh = { every = "1h", lag = "2h" }
CREATE MATERIALIZED VIEW marts.two_clocks AS SELECT id FROM raw.orders;
CREATE UNIQUE INDEX two_clocks_key ON marts.two_clocks (id);
-- dormer: refresh.every = "1m"
CREATE MATERIALIZED VIEW marts.soon AS SELECT id FROM raw.orders;
CREATE UNIQUE INDEX soon_key ON marts.soon (id);
-- dormer: refresh.max_skip = "2h"
CREATE VIEW marts.skipped AS SELECT id FROM raw.orders;
