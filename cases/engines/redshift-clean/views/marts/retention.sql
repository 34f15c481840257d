CREATE VIEW marts.retention AS
WITH first_day AS (
    SELECT customer_id, MIN(order_day) AS cohort FROM mv.order_facts GROUP BY 1
), activity AS (
    SELECT DISTINCT f.customer_id, d.cohort, DATEDIFF('month', d.cohort, f.order_day) AS months
    FROM mv.order_facts f JOIN first_day d USING (customer_id)
)
SELECT cohort, months, COUNT(*) AS customers, RATIO_TO_REPORT(COUNT(*)) OVER (PARTITION BY cohort) AS share,
       FIRST_VALUE(COUNT(*)) IGNORE NULLS OVER (PARTITION BY cohort ORDER BY months ROWS UNBOUNDED PRECEDING) AS base
FROM activity
GROUP BY cohort, months;
