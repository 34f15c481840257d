CREATE MATERIALIZED VIEW marts.latest AS
SELECT o.id, has_table_privilege('x', 'select') AS may
FROM sub.orders_view o JOIN svv_mv_info m ON m.id = o.id
ORDER BY o.id LIMIT 10;
