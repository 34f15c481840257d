CREATE VIEW m.w AS SELECT id FROM raw.orders 5;
