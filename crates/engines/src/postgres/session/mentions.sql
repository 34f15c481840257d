-- Foreign keys from and to a relation, and functions whose text names it. $1: its schema, $2: its name,
-- $3: its name as a regular expression.
-- Columns: what it is, schema, name, what it says, the other schema, the other name, columns of the relation.
WITH of AS MATERIALIZED (
    SELECT c.oid
    FROM pg_catalog.pg_class c
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = $1 AND c.relname = $2
)
SELECT 'k'::"char", n.nspname::text, c.relname::text,
       pg_catalog.quote_ident(k.conname) || ' ' || pg_catalog.pg_get_constraintdef(k.oid),
       tn.nspname::text, t.relname::text,
       ARRAY(SELECT a.attname::text FROM pg_catalog.pg_attribute a
             WHERE (a.attrelid = k.conrelid AND k.conrelid = of.oid AND a.attnum = ANY (k.conkey))
                OR (a.attrelid = k.confrelid AND k.confrelid = of.oid AND a.attnum = ANY (k.confkey))
             ORDER BY 1)
FROM of
JOIN pg_catalog.pg_constraint k ON k.contype = 'f' AND of.oid IN (k.conrelid, k.confrelid) AND k.conparentid = 0
JOIN pg_catalog.pg_class c ON c.oid = k.conrelid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_class t ON t.oid = k.confrelid
JOIN pg_catalog.pg_namespace tn ON tn.oid = t.relnamespace
UNION ALL
SELECT 'f'::"char", n.nspname::text, p.proname::text,
       pg_catalog.pg_get_function_identity_arguments(p.oid), NULL, NULL, NULL
FROM pg_catalog.pg_proc p
JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
JOIN pg_catalog.pg_language l ON l.oid = p.prolang AND l.lanname NOT IN ('internal', 'c')
WHERE p.oid >= 16384
  AND pg_catalog.to_jsonb(p) -> 'prosqlbody' <> 'null'::pg_catalog.jsonb IS NOT TRUE
  AND p.prosrc ~* $3
ORDER BY 1, 2, 3, 4
