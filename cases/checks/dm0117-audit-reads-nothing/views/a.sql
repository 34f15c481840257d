CREATE VIEW marts.orders AS SELECT id, net FROM raw.orders;

-- dormer: audit "net is never negative"
SELECT id FROM raw.orders WHERE net < 0;

-- dormer: audit "one is one"
SELECT 1 WHERE 1 <> 1;
