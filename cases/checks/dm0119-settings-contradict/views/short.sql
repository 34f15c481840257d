-- dormer: refresh = { lag = "2m" }
CREATE MATERIALIZED VIEW marts.short AS SELECT id FROM raw.orders;
CREATE UNIQUE INDEX short_key ON marts.short (id);
