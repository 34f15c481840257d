-- The catalogue with prices as numbers and the category as one word.
-- A plain view: the table is small and everybody wants today's price.
CREATE VIEW clean.products AS
SELECT
    p.id AS product_id,
    p.sku,
    p.title,
    split_part(p.category_path, '/', 1) AS category,
    (p.price_cents / 100.0)::numeric(12, 2) AS list_price,
    p.discontinued_at IS NULL AS on_sale
FROM raw.products AS p;

COMMENT ON VIEW clean.products IS 'Products, one row per stock keeping unit';
COMMENT ON COLUMN clean.products.category IS 'First part of the category path';
GRANT SELECT ON clean.products TO analyst;

-- dormer: audit "a stock keeping unit is one product"
SELECT p.sku, count(*) AS products
FROM clean.products AS p
GROUP BY p.sku
HAVING count(*) > 1;
