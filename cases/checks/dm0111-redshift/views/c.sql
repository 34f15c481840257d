CREATE VIEW sub.orders_view AS SELECT id FROM raw.orders;
