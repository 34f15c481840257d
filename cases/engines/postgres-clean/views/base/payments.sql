CREATE VIEW base.payments AS
SELECT p.id, p.invoice_id, p.amount, p.paid_at, p.method,
       row_number() OVER w AS nr,
       sum(p.amount) OVER (w ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS running
FROM app.payments p
WINDOW w AS (PARTITION BY p.invoice_id ORDER BY p.paid_at, p.id);
