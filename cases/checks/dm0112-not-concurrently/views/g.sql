CREATE MATERIALIZED VIEW marts.hidden_key AS
SELECT count(*) AS n FROM raw.orders GROUP BY day;
