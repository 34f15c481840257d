CREATE MATERIALIZED VIEW marts."größe.der__x7k2m9pq" AS
SELECT count(*) AS "Count" FROM marts."SELECT";
