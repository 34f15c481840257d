CREATE MATERIALIZED VIEW marts.orders AS SELECT 1 AS id;
CREATE UNIQUE INDEX orders_key ON marts.orders (id);
CREATE INDEX shops_id ON marts.shops (id);
COMMENT ON VIEW marts.order IS 'misspelled';
GRANT SELECT ON marts.shops TO finance;
