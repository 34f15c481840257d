CREATE VIEW marts.weekly AS
SELECT daily.shop_id, sum(daily.revenue) AS revenue FROM marts.daily
JOIN raw.shops ON shops.id = daily.shop_id GROUP BY daily.shop_id;
