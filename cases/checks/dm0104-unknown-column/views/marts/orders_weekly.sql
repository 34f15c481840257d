CREATE VIEW marts.orders_weekly AS
SELECT
    shop_id,
    sum(net_amount) AS revenue
FROM marts.orders_daily
GROUP BY shop_id;
