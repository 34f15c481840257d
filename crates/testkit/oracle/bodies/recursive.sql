-- WITH RECURSIVE, alone and with SEARCH and CYCLE.

-- case: recursive_counter
WITH RECURSIVE n (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 10) SELECT i FROM n;

-- case: recursive_tree
WITH RECURSIVE tree AS (
    SELECT id, name, 1 AS depth FROM shop.categories WHERE parent_id IS NULL
    UNION ALL
    SELECT c.id, c.name, t.depth + 1 FROM shop.categories c JOIN tree t ON c.parent_id = t.id
)
SELECT * FROM tree;

-- case: recursive_union_distinct
with recursive boss(id, up) as (
  select id, manager_id from shop.employees
  union
  select b.id, e.manager_id from boss b join shop.employees e on e.id = b.up
) select id, count(up) as bosses from boss group by id;

-- case: recursive_shadows_table
WITH RECURSIVE categories (id) AS (
    SELECT id FROM shop.categories WHERE parent_id IS NULL
    UNION ALL
    SELECT c.id FROM shop.categories c, categories WHERE c.parent_id = categories.id
)
SELECT id FROM categories;

-- case: recursive_keyword_without_recursion
WITH RECURSIVE a AS (SELECT id FROM shop.orders) SELECT id FROM a;

-- case: recursive_forward_reference
WITH RECURSIVE b AS (SELECT id FROM a), a AS (SELECT id FROM shop.payments) SELECT id FROM b;

-- case: recursive_and_plain_mixed
WITH RECURSIVE roots AS (SELECT id FROM shop.categories WHERE parent_id IS NULL),
walk AS (SELECT id FROM roots UNION ALL SELECT c.id FROM shop.categories c JOIN walk w ON w.id = c.parent_id),
named AS (SELECT w.id, c.name FROM walk w JOIN shop.categories c USING (id))
SELECT name FROM named;

-- case: recursive_with_inner_with_in_second_arm
WITH RECURSIVE w AS (
    SELECT 1 AS n
    UNION ALL
    (WITH step AS (SELECT value::int AS by FROM public.settings WHERE key = 'step') SELECT w.n + step.by FROM w, step WHERE n < 100)
)
SELECT n FROM w;

-- case: recursive_lateral
WITH RECURSIVE w AS (
    SELECT id, parent_id FROM shop.categories
    UNION ALL
    SELECT l.id, l.parent_id FROM w, LATERAL (SELECT c.id, c.parent_id FROM shop.categories c WHERE c.id = w.parent_id) l
) SELECT DISTINCT id FROM w;

-- case: recursive_in_subquery
SELECT o.id, (WITH RECURSIVE f (a, b) AS (SELECT 0, 1 UNION ALL SELECT b, a + b FROM f WHERE b < o.customer_id) SELECT max(a) FROM f) AS fib
FROM shop.orders o;

-- case: recursive_path_array
WITH RECURSIVE t (id, trail) AS (
  SELECT id, ARRAY[id] FROM shop.employees WHERE manager_id IS NULL
  UNION ALL SELECT e.id, t.trail || e.id FROM shop.employees e JOIN t ON e.manager_id = t.id WHERE NOT e.id = ANY (t.trail)
) SELECT id, trail FROM t;

-- case: recursive_search_depth
-- since: 14
WITH RECURSIVE t AS (
    SELECT id, parent_id FROM shop.categories WHERE parent_id IS NULL
    UNION ALL
    SELECT c.id, c.parent_id FROM shop.categories c JOIN t ON c.parent_id = t.id
) SEARCH DEPTH FIRST BY id SET ordercol
SELECT id, ordercol::text FROM t ORDER BY ordercol;

-- case: recursive_search_star_below_leaves_out_sequence
-- since: 14
-- A star one query below the WITH does not give the columns that SEARCH and CYCLE add.
WITH RECURSIVE t (a, b) AS (
    SELECT id, parent_id FROM shop.categories WHERE parent_id IS NULL
    UNION ALL
    SELECT c.id, c.parent_id FROM shop.categories c, t WHERE c.parent_id = t.a
) SEARCH BREADTH FIRST BY a, b SET seq
SELECT s.* FROM (SELECT * FROM t) AS s;

-- case: recursive_cycle
-- since: 14
WITH RECURSIVE t AS (
    SELECT id, manager_id FROM shop.employees
    UNION ALL
    SELECT e.id, e.manager_id FROM shop.employees e JOIN t ON e.id = t.manager_id
) CYCLE id SET looped USING trail
SELECT t.id, t.looped, cardinality(t.trail) AS steps FROM t WHERE t.manager_id IS NOT NULL;

-- case: recursive_cycle_with_marks
-- since: 14
WITH RECURSIVE t AS (
    SELECT id, manager_id FROM shop.employees
    UNION ALL
    SELECT e.id, e.manager_id FROM shop.employees e JOIN t ON e.id = t.manager_id
) CYCLE id, manager_id SET mark TO 'Y' DEFAULT 'N' USING way
SELECT id, mark FROM t WHERE mark = 'N';

-- case: recursive_search_and_cycle
-- since: 14
WITH RECURSIVE t AS (
    SELECT id, parent_id, name FROM shop.categories
    UNION ALL
    SELECT c.id, c.parent_id, c.name FROM t JOIN shop.categories c ON c.id = t.parent_id
) SEARCH DEPTH FIRST BY name SET by_name CYCLE id SET is_cycle USING path
SELECT q.* FROM (SELECT t.*, t.is_cycle, s.key FROM t, public.settings s) AS q WHERE q.is_cycle;

-- case: recursive_search_column_only_in_order
-- since: 14
WITH RECURSIVE t (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t WHERE n < 3) SEARCH BREADTH FIRST BY n SET o
SELECT n FROM t ORDER BY o;
