CREATE VIEW marts.live AS SELECT id, now() AS at FROM raw.orders;
