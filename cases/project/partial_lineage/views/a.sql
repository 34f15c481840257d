CREATE MATERIALIZED VIEW marts.a AS
SELECT id FROM raw.orders FROBNICATE BY (id) JOIN raw.items ON true;
