CREATE VIEW marts.names AS SELECT id, name FROM raw.shops;
GRANT SELECT ON marts.names TO finance;
