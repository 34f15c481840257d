CREATE VIEW marts.names AS SELECT id, name COLLATE "C" AS name FROM raw.shops;
GRANT SELECT ON marts.names TO finance;
