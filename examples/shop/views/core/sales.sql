-- One row per sold line, with the product beside it. Cancelled orders are no sale.
CREATE MATERIALIZED VIEW core.sales AS
SELECT
    i.order_id,
    i.line_no,
    o.order_day,
    o.shop_id,
    o.channel,
    i.product_id,
    p.sku,
    p.title,
    p.category,
    i.quantity,
    (i.gross - i.discount)::numeric(12, 2) AS net,
    p.list_price - i.unit_price AS below_list_price
FROM clean.order_items AS i
JOIN clean.orders AS o ON o.order_id = i.order_id
JOIN clean.products AS p ON p.product_id = i.product_id
WHERE o.status <> 'cancelled';

CREATE UNIQUE INDEX sales_key ON core.sales (order_id, line_no);
CREATE INDEX sales_product_day ON core.sales (product_id, order_day);

COMMENT ON MATERIALIZED VIEW core.sales IS 'Sold lines with their product';
COMMENT ON COLUMN core.sales.below_list_price IS 'How far below the list price of today one unit was sold';
GRANT SELECT ON core.sales TO analyst;

-- dormer: audit "every sold line has a category"
SELECT s.order_id, s.line_no, s.sku
FROM core.sales AS s
WHERE s.category IS NULL OR s.category = '';
