CREATE VIEW marts.customer_names AS
SELECT c.country, LISTAGG(DISTINCT c.name, ', ') WITHIN GROUP (ORDER BY c.name) AS names,
       APPROXIMATE COUNT(DISTINCT c.name) AS about, MEDIAN(c.customer_id) AS middle
FROM raw.customers AS c
GROUP BY c.country;
