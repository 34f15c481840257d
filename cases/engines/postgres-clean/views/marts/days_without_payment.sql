CREATE VIEW marts.days_without_payment AS
SELECT c.day FROM base.calendar c WHERE NOT c.weekend
EXCEPT
SELECT p.paid_at::date FROM base.payments p
ORDER BY day;
