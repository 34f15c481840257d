CREATE VIEW mart.rendered AS
SELECT id
FROM shop_${NAMESPACE}.orders;
