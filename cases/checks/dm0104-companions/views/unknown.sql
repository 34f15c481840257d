CREATE MATERIALIZED VIEW marts.unknown AS SELECT * FROM raw.orders;
CREATE UNIQUE INDEX unknown_key ON marts.unknown (anything);
COMMENT ON COLUMN marts.unknown.anything IS 'may be there';
