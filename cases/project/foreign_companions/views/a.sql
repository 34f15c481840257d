CREATE VIEW marts.orders AS SELECT 1 AS id;
CREATE INDEX i ON marts.order_lines (id);
GRANT SELECT ON orders TO finance;
COMMENT ON VIEW marts.ordrs IS 'x';
ALTER VIEW other.thing OWNER TO me;
