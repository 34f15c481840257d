-- Lines of orders with money as numbers. Lines without a quantity are what the till left over.
-- dormer: refresh = { every = "5m" }
CREATE MATERIALIZED VIEW clean.order_items AS
SELECT
    i.order_id,
    i.line_no,
    i.product_id,
    i.quantity,
    (i.unit_price_cents / 100.0)::numeric(12, 2) AS unit_price,
    (i.quantity * i.unit_price_cents / 100.0)::numeric(12, 2) AS gross,
    (i.quantity * i.unit_price_cents * i.discount_percent / 10000.0)::numeric(12, 2) AS discount
FROM raw.order_items AS i
WHERE i.quantity > 0;

CREATE UNIQUE INDEX order_items_key ON clean.order_items (order_id, line_no);
CREATE INDEX order_items_product ON clean.order_items (product_id);

COMMENT ON MATERIALIZED VIEW clean.order_items IS 'Lines of orders, money in euro';
COMMENT ON COLUMN clean.order_items.gross IS 'Quantity times unit price, before the discount';
COMMENT ON COLUMN clean.order_items.discount IS 'What is taken off the gross amount of this line';
GRANT SELECT ON clean.order_items TO analyst;

-- dormer: audit "a discount is never above the price"
SELECT i.order_id, i.line_no
FROM clean.order_items AS i
WHERE i.discount > i.gross;
