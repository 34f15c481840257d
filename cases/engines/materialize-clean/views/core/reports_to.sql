CREATE MATERIALIZED VIEW core.reports_to IN CLUSTER compute AS
WITH MUTUALLY RECURSIVE (RETURN AT RECURSION LIMIT 100)
    chain (id int, boss int, depth int) AS (
        SELECT id, manager_id, 1 FROM raw.users WHERE manager_id IS NOT NULL
        UNION
        SELECT c.id, u.manager_id, c.depth + 1 FROM chain c JOIN raw.users u ON u.id = c.boss WHERE u.manager_id IS NOT NULL
    )
SELECT id, boss, min(depth) AS depth FROM chain GROUP BY id, boss;
