-- dormer: refresh = { every = "5m", cron = "0 6 * * *" }
CREATE MATERIALIZED VIEW marts.clocks AS SELECT id FROM raw.orders;
CREATE UNIQUE INDEX clocks_key ON marts.clocks (id);
