CREATE VIEW marts.a AS SELECT TOP 5 id FROM raw.orders;
