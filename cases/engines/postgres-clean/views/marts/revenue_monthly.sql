CREATE MATERIALIZED VIEW marts.revenue_monthly (month, plan, country, invoices, revenue, share)
WITH (fillfactor = 90) AS
SELECT date_trunc('month', i.issued_on)::date, pl.code, a.country,
       count(DISTINCT i.id), sum(i.total),
       round(100 * sum(i.total) / sum(sum(i.total)) OVER (PARTITION BY date_trunc('month', i.issued_on)), 2)
FROM app.invoices i
JOIN base.accounts a ON a.id = i.account_id
LEFT JOIN app.plans pl ON pl.id = a.plan_id AND pl.valid @> i.issued_on
GROUP BY date_trunc('month', i.issued_on), pl.code, a.country
WITH DATA;

CREATE UNIQUE INDEX revenue_monthly_key ON marts.revenue_monthly (month, plan, country) NULLS NOT DISTINCT;

-- dormer: audit "shares of a month are 100"
SELECT month, sum(share) AS share FROM marts.revenue_monthly GROUP BY month HAVING abs(sum(share) - 100) > 1;
