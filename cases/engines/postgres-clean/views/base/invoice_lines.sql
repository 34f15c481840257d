CREATE VIEW base.invoice_lines WITH (security_barrier = true) AS
SELECT
    i.id AS invoice_id,
    i.account_id,
    l.nr,
    l.line ->> 'sku' AS sku,
    (l.line ->> 'qty')::numeric AS qty,
    (l.line ->> 'price')::numeric AS price
FROM app.invoices AS i
CROSS JOIN LATERAL jsonb_array_elements(i.lines) WITH ORDINALITY AS l (line, nr)
WHERE i.status <> 'draft'::app.invoice_status;

COMMENT ON COLUMN base.invoice_lines.nr IS 'Counted from 1';
