CREATE VIEW marts.top AS
SELECT day, max(revenue) AS revenue FROM marts.per_day GROUP BY day;
