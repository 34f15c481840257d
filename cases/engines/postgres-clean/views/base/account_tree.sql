CREATE OR REPLACE VIEW base.account_tree AS
WITH RECURSIVE tree AS (
    SELECT id, parent_id, name, ARRAY[id] AS path, 1 AS depth
    FROM base.accounts
    WHERE parent_id IS NULL
    UNION ALL
    SELECT c.id, c.parent_id, c.name, t.path || c.id, t.depth + 1
    FROM base.accounts c
    JOIN tree t ON t.id = c.parent_id
)
SELECT id, path[1] AS root_id, depth, array_to_string(path, '/') AS path
FROM tree;
