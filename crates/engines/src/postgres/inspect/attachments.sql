-- What hangs on relations: triggers (t), rules (r), policies (p), extended statistics (s) and
-- publications (u). $1: the ids of the relations. A policy has no definition but parts. Deparsing a
-- rule or policy takes a lock on what it reads; where somebody excludes that, it is not asked for.
, w AS MATERIALIZED (
    SELECT DISTINCT u.oid, l.oid IS NOT NULL AS locked
    FROM ROWS FROM (pg_catalog.unnest($1::pg_catalog.oid[])) AS u (oid)
    LEFT JOIN locked l ON l.oid = u.oid
), blocked AS MATERIALIZED (
    SELECT DISTINCT d.classid, d.objid
    FROM locked l
    JOIN pg_catalog.pg_depend d
      ON d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.refobjid = l.oid
     AND d.classid IN ('pg_catalog.pg_rewrite'::pg_catalog.regclass, 'pg_catalog.pg_policy'::pg_catalog.regclass)
)
SELECT 't'::"char" AS what, g.tgrelid AS on, w.locked, NULL::text AS in_schema, g.tgname::text AS name,
       CASE WHEN NOT w.locked AND pg_catalog.pg_table_is_visible(g.tgrelid) IS NOT NULL
            THEN pg_catalog.pg_get_triggerdef(g.oid) END AS definition, g.tgenabled AS fires, d.description AS comment,
       NULL::bool AS permissive, NULL::"char" AS command, NULL::text[] AS holders,
       NULL::text AS using_expression, NULL::text AS check_expression
FROM w
JOIN pg_catalog.pg_trigger g ON g.tgrelid = w.oid AND NOT g.tgisinternal
LEFT JOIN pg_catalog.pg_description d
  ON d.objoid = g.oid AND d.classoid = 'pg_catalog.pg_trigger'::pg_catalog.regclass AND d.objsubid = 0
UNION ALL
SELECT 'r'::"char", r.ev_class, w.locked OR b.objid IS NOT NULL, NULL, r.rulename::text,
       CASE WHEN NOT w.locked AND b.objid IS NULL AND pg_catalog.pg_table_is_visible(r.ev_class) IS NOT NULL THEN pg_catalog.pg_get_ruledef(r.oid) END,
       r.ev_enabled, d.description, NULL, NULL, NULL, NULL, NULL
FROM w
JOIN pg_catalog.pg_rewrite r ON r.ev_class = w.oid AND r.rulename <> '_RETURN'
LEFT JOIN blocked b ON b.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass AND b.objid = r.oid
LEFT JOIN pg_catalog.pg_description d
  ON d.objoid = r.oid AND d.classoid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass AND d.objsubid = 0
UNION ALL
SELECT 'p'::"char", p.polrelid, w.locked OR b.objid IS NOT NULL, NULL, p.polname::text, NULL, NULL, d.description, p.polpermissive, p.polcmd,
       -- An empty name stands for everybody: no role is called so.
       ARRAY(SELECT CASE r.oid WHEN 0 THEN '' ELSE pg_catalog.pg_get_userbyid(r.oid)::text END
             FROM ROWS FROM (pg_catalog.unnest(p.polroles)) AS r (oid)),
       CASE WHEN NOT w.locked AND b.objid IS NULL AND pg_catalog.pg_table_is_visible(p.polrelid) IS NOT NULL
            THEN pg_catalog.pg_get_expr(p.polqual, p.polrelid) END,
       CASE WHEN NOT w.locked AND b.objid IS NULL AND pg_catalog.pg_table_is_visible(p.polrelid) IS NOT NULL
            THEN pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid) END
FROM w
JOIN pg_catalog.pg_policy p ON p.polrelid = w.oid
LEFT JOIN blocked b ON b.classid = 'pg_catalog.pg_policy'::pg_catalog.regclass AND b.objid = p.oid
LEFT JOIN pg_catalog.pg_description d
  ON d.objoid = p.oid AND d.classoid = 'pg_catalog.pg_policy'::pg_catalog.regclass AND d.objsubid = 0
UNION ALL
SELECT 's'::"char", s.stxrelid, w.locked, n.nspname::text, s.stxname::text,
       CASE WHEN NOT w.locked AND pg_catalog.pg_table_is_visible(s.stxrelid) IS NOT NULL
            THEN pg_catalog.pg_get_statisticsobjdef(s.oid) END,
       NULL, NULL, NULL, NULL, NULL, NULL, NULL
FROM w
JOIN pg_catalog.pg_statistic_ext s ON s.stxrelid = w.oid
JOIN pg_catalog.pg_namespace n ON n.oid = s.stxnamespace
UNION ALL
SELECT 'u'::"char", t.relid, false, NULL, p.pubname::text, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL
FROM pg_catalog.pg_publication p
CROSS JOIN LATERAL pg_catalog.pg_get_publication_tables(p.pubname::text) t
JOIN w ON w.oid = t.relid
