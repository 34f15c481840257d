CREATE VIEW marts.named AS
SELECT s.name, d.revenue FROM marts.daily AS d JOIN raw.shops AS s ON s.id = d.shop_id;
