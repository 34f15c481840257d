CREATE VIEW base.invoice_lines_typed AS
SELECT i.id AS invoice_id, r.sku, r.qty, r."Unit Price" AS unit_price
FROM app.invoices i, jsonb_to_recordset(i.lines) AS r (sku text, qty numeric, "Unit Price" numeric);
