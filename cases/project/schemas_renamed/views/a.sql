CREATE SCHEMA IF NOT EXISTS marts;
CREATE MATERIALIZED VIEW ${s}.orders AS
SELECT marts.clean.id, 'marts.clean' AS marts /* marts.clean */, c.* , marts.fn(c.id)
FROM ${q} c JOIN raw.orders marts ON marts.id = c.id JOIN marts.clean ON true JOIN other.marts ON true;
CREATE INDEX ON marts.orders (id);
GRANT SELECT ON marts.nobody TO x;
