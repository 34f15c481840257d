CREATE MATERIALIZED VIEW marts.renamed (d, n) AS
SELECT day, count(*) FROM raw.orders GROUP BY day HAVING count(*) > 1;
