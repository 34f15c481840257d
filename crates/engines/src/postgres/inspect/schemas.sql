-- The schemas of the scope, each with its relations. $1: their names, NULL for all.
SELECT n.oid,
       n.nspname::text,
       pg_catalog.pg_get_userbyid(n.nspowner)::text,
       d.description,
       n.nspacl IS NULL,
       ARRAY(SELECT c.oid
             FROM pg_catalog.pg_class c
             WHERE c.relnamespace = n.oid
               AND c.relkind IN ('r', 'p', 'f', 'v', 'm', 'S'))
FROM pg_catalog.pg_namespace n
LEFT JOIN pg_catalog.pg_description d
  ON d.objoid = n.oid AND d.classoid = 'pg_catalog.pg_namespace'::pg_catalog.regclass AND d.objsubid = 0
WHERE CASE WHEN $1::pg_catalog.text[] IS NULL THEN true ELSE n.nspname::pg_catalog.text = ANY ($1) END
  AND n.nspname !~ '^pg_'
  AND n.nspname NOT IN ('information_schema', 'dormer')
