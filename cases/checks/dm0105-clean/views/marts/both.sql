CREATE VIEW marts.both AS
SELECT id, name FROM sub.orders_clean JOIN raw.shops USING (id);
