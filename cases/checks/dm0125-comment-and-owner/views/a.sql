CREATE VIEW marts.orders AS SELECT 1 AS id, 2 AS day;
COMMENT ON VIEW marts.orders IS 'Orders';
COMMENT ON COLUMN marts.orders.id IS 'The key';
COMMENT ON COLUMN marts.orders.day IS 'The day';
ALTER VIEW marts.orders OWNER TO finance;
COMMENT ON VIEW marts.orders IS 'All orders';
COMMENT ON COLUMN marts.orders.id IS 'The number';
ALTER VIEW marts.orders OWNER TO sales;
