-- Access lists: of relations (r) and their columns (a), functions (f), schemas (n), and by default
-- (d). $1, $2, $3: the ids of relations, functions, schemas. NULL stands for everybody.
SELECT e.what, e.of, e.name, e.role, e.default_of,
       CASE x.grantee WHEN 0 THEN NULL ELSE pg_catalog.pg_get_userbyid(x.grantee)::text END AS holder,
       x.privilege_type,
       x.is_grantable,
       pg_catalog.pg_get_userbyid(x.grantor)::text AS grantor
FROM (
    SELECT 'r'::"char" AS what, c.oid AS of, NULL::text AS name, NULL::text AS role,
           NULL::"char" AS default_of, c.relacl AS acl
    FROM ROWS FROM (pg_catalog.unnest($1::pg_catalog.oid[])) AS w (oid)
    JOIN pg_catalog.pg_class c ON c.oid = w.oid
    UNION ALL
    SELECT 'a'::"char", a.attrelid, a.attname::text, NULL, NULL, a.attacl
    FROM ROWS FROM (pg_catalog.unnest($1::pg_catalog.oid[])) AS w (oid)
    JOIN pg_catalog.pg_attribute a ON a.attrelid = w.oid AND a.attnum > 0 AND a.attacl IS NOT NULL
    UNION ALL
    SELECT 'f'::"char", p.oid, NULL, NULL, NULL, p.proacl
    FROM ROWS FROM (pg_catalog.unnest($2::pg_catalog.oid[])) AS w (oid)
    JOIN pg_catalog.pg_proc p ON p.oid = w.oid
    UNION ALL
    SELECT 'n'::"char", n.oid, NULL, NULL, NULL, n.nspacl
    FROM ROWS FROM (pg_catalog.unnest($3::pg_catalog.oid[])) AS w (oid)
    JOIN pg_catalog.pg_namespace n ON n.oid = w.oid
    UNION ALL
    SELECT 'd'::"char", 0::pg_catalog.oid, n.nspname::text, pg_catalog.pg_get_userbyid(d.defaclrole)::text, d.defaclobjtype, d.defaclacl
    FROM pg_catalog.pg_default_acl d
    LEFT JOIN pg_catalog.pg_namespace n ON n.oid = d.defaclnamespace
    WHERE d.defaclobjtype IN ('r', 'S', 'f')
      AND (d.defaclnamespace = 0 OR d.defaclnamespace = ANY ($3::pg_catalog.oid[])
           -- What stands on the scope stands in schemas of its own.
           OR d.defaclnamespace IN (SELECT c.relnamespace FROM pg_catalog.pg_class c
                                    WHERE c.oid = ANY ($1::pg_catalog.oid[]))
           OR d.defaclnamespace IN (SELECT p.pronamespace FROM pg_catalog.pg_proc p
                                    WHERE p.oid = ANY ($2::pg_catalog.oid[])))
) e
LEFT JOIN LATERAL pg_catalog.aclexplode(e.acl) x ON true
WHERE x.privilege_type IS NOT NULL OR e.what = 'd'
