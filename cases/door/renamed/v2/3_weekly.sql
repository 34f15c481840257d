CREATE VIEW marts.weekly AS
SELECT per_day.shop_id, sum(per_day.revenue) AS revenue FROM marts.per_day
JOIN raw.shops ON shops.id = per_day.shop_id GROUP BY per_day.shop_id;
