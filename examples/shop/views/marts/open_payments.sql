-- Money that is still to come, oldest first for the dunning run of the finance team.
-- A plain view over core: it must not be older than the orders it speaks about.
CREATE VIEW marts.open_payments AS
SELECT
    o.order_id,
    o.shop_id,
    o.shop_name,
    o.order_day,
    o.net,
    o.charged,
    (o.net - o.charged)::numeric(14, 2) AS open_amount,
    current_date - o.order_day AS days_open,
    CASE
        WHEN current_date - o.order_day > 60 THEN 'third reminder'
        WHEN current_date - o.order_day > 30 THEN 'second reminder'
        WHEN current_date - o.order_day > 14 THEN 'first reminder'
        ELSE 'wait'
    END AS next_step
FROM core.orders AS o
WHERE o.status IN ('shipped', 'delivered')
  AND o.net > o.charged;

COMMENT ON VIEW marts.open_payments IS 'Orders that were sent and are not paid';
COMMENT ON COLUMN marts.open_payments.next_step IS 'What the dunning run does next';
GRANT SELECT ON marts.open_payments TO finance;

-- dormer: audit "what is open is more than nothing"
SELECT op.order_id, op.open_amount
FROM marts.open_payments AS op
WHERE op.open_amount <= 0;
