CREATE VIEW marts.a AS
SELECT id, total, FROM raw.orders;
