CREATE VIEW marts.revenue_cube AS
SELECT COALESCE(plan, 'all') AS plan, country, sum(revenue) AS revenue, GROUPING(plan, country) AS level
FROM marts.revenue_monthly
GROUP BY GROUPING SETS ((plan, country), (plan), ());
