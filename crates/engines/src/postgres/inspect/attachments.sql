-- What hangs on relations: triggers (t), rules (r), policies (p), extended statistics (s) and
-- publications (u). $1: the ids of the relations. A policy has no definition but parts.
WITH w AS MATERIALIZED (
    SELECT DISTINCT u.oid FROM ROWS FROM (pg_catalog.unnest($1::pg_catalog.oid[])) AS u (oid)
)
SELECT 't'::"char" AS what, g.tgrelid AS on, NULL::text AS in_schema, g.tgname::text AS name,
       pg_catalog.pg_get_triggerdef(g.oid) AS definition, g.tgenabled AS fires, d.description AS comment,
       NULL::bool AS permissive, NULL::"char" AS command, NULL::text[] AS holders,
       NULL::text AS using_expression, NULL::text AS check_expression
FROM w
JOIN pg_catalog.pg_trigger g ON g.tgrelid = w.oid AND NOT g.tgisinternal
LEFT JOIN pg_catalog.pg_description d
  ON d.objoid = g.oid AND d.classoid = 'pg_catalog.pg_trigger'::pg_catalog.regclass AND d.objsubid = 0
UNION ALL
SELECT 'r'::"char", r.ev_class, NULL, r.rulename::text,
       CASE WHEN pg_catalog.pg_table_is_visible(r.ev_class) IS NOT NULL THEN pg_catalog.pg_get_ruledef(r.oid) END,
       r.ev_enabled, d.description, NULL, NULL, NULL, NULL, NULL
FROM w
JOIN pg_catalog.pg_rewrite r ON r.ev_class = w.oid AND r.rulename <> '_RETURN'
LEFT JOIN pg_catalog.pg_description d
  ON d.objoid = r.oid AND d.classoid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass AND d.objsubid = 0
UNION ALL
SELECT 'p'::"char", p.polrelid, NULL, p.polname::text, NULL, NULL, d.description, p.polpermissive, p.polcmd,
       -- An empty name stands for everybody: no role is called so.
       ARRAY(SELECT CASE r.oid WHEN 0 THEN '' ELSE pg_catalog.pg_get_userbyid(r.oid)::text END
             FROM ROWS FROM (pg_catalog.unnest(p.polroles)) AS r (oid)),
       pg_catalog.pg_get_expr(p.polqual, p.polrelid), pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid)
FROM w
JOIN pg_catalog.pg_policy p ON p.polrelid = w.oid
LEFT JOIN pg_catalog.pg_description d
  ON d.objoid = p.oid AND d.classoid = 'pg_catalog.pg_policy'::pg_catalog.regclass AND d.objsubid = 0
UNION ALL
SELECT 's'::"char", s.stxrelid, n.nspname::text, s.stxname::text, pg_catalog.pg_get_statisticsobjdef(s.oid),
       NULL, NULL, NULL, NULL, NULL, NULL, NULL
FROM w
JOIN pg_catalog.pg_statistic_ext s ON s.stxrelid = w.oid
JOIN pg_catalog.pg_namespace n ON n.oid = s.stxnamespace
UNION ALL
SELECT 'u'::"char", t.relid, NULL, p.pubname::text, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL
FROM pg_catalog.pg_publication p
CROSS JOIN LATERAL pg_catalog.pg_get_publication_tables(p.pubname::text) t
JOIN w ON w.oid = t.relid
