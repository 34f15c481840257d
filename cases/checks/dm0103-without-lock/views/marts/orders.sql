CREATE VIEW marts.orders AS
SELECT o.id FROM sub.order_clean o JOIN crm.whatever w ON w.id = o.id;
