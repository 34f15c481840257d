CREATE MATERIALIZED VIEW marts.open_invoices AS
SELECT i.id, i.number, a.name AS account, i.total - COALESCE(p.paid, 0) AS open,
       CASE WHEN i.issued_on < date '2024-01-01' THEN 'old' ELSE 'new' END AS age
FROM app.invoices i
JOIN base.accounts a ON a.id = i.account_id
LEFT JOIN LATERAL (
    SELECT sum(amount) AS paid, max(paid_at) AS last_paid
    FROM base.payments
    WHERE invoice_id = i.id
) p ON true
WHERE i.status IN ('sent', 'reminded') AND i.total > COALESCE(p.paid, 0);

CREATE UNIQUE INDEX open_invoices_key ON marts.open_invoices USING btree (id);
