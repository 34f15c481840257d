CREATE VIEW marts.top AS
SELECT day, max(revenue) AS revenue FROM marts.daily GROUP BY day;
