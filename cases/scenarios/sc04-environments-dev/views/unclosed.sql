CREATE VIEW mart.unclosed AS
SELECT id FROM shop_${NAMESPACE.sales.orders;
