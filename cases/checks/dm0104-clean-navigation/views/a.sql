CREATE VIEW marts.v AS
SELECT c.id, o.day, i.sku, i.parts[0].nr FROM raw.customers c, c.orders o, o.items i WHERE i.qty > 1;
