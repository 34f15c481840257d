CREATE VIEW marts.lost_customers AS
SELECT customer_id FROM raw.customers
MINUS
SELECT customer_id FROM mv.customer_totals WHERE last_day > ADD_MONTHS(CURRENT_DATE, -12);
