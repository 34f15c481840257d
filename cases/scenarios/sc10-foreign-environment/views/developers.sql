CREATE VIEW mart.developers AS
SELECT id
FROM shop_prod.developers;
