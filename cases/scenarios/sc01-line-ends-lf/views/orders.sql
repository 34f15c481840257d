-- Orders of the mart.
-- Second line.
CREATE MATERIALIZED VIEW mart.orders AS
SELECT
    1 AS id,
    'text' AS label
;

CREATE UNIQUE INDEX orders_key ON mart.orders (id);
