-- dormer: refresh = { cron = "0 6 * * *" }
CREATE MATERIALIZED VIEW marts.morning AS SELECT id FROM raw.orders;
CREATE UNIQUE INDEX morning_key ON marts.morning (id);
