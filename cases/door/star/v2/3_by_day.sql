CREATE MATERIALIZED VIEW marts.by_day AS
SELECT day AS day, sum(net) AS net FROM sub.clean GROUP BY 1;
CREATE INDEX by_day_key ON marts.by_day (day);
