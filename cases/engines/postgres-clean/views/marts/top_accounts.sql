CREATE VIEW marts.top_accounts AS
SELECT DISTINCT ON (a.country) a.country, a.name, s.total
FROM base.accounts AS a
JOIN (SELECT account_id, sum(total) AS total FROM app.invoices GROUP BY account_id) AS s ON s.account_id = a.id
ORDER BY a.country, s.total DESC NULLS LAST, a.id;
