CREATE VIEW orders AS SELECT id FROM raw_orders;
