-- Functions. $1: their ids.
-- A body that was parsed when it was made exists from 14 on; deparsing it takes a lock on what it
-- reads, so it waits for nobody who excludes that.
, reading AS MATERIALIZED (
    SELECT DISTINCT d.objid AS oid
    FROM locked l
    JOIN pg_catalog.pg_depend d
      ON d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.refobjid = l.oid
     AND d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass
)
SELECT p.oid,
       n.nspname::text,
       p.proname::text,
       pg_catalog.pg_get_function_identity_arguments(p.oid),
       pg_catalog.pg_get_userbyid(p.proowner)::text,
       pg_catalog.pg_has_role(p.proowner, 'USAGE'),
       pg_catalog.to_jsonb(p) -> 'prosqlbody' <> 'null'::pg_catalog.jsonb IS TRUE,
       l.oid IS NOT NULL,
       CASE WHEN l.oid IS NULL AND p.prokind <> 'a' AND pg_catalog.pg_function_is_visible(p.oid) IS NOT NULL
            THEN pg_catalog.pg_get_functiondef(p.oid) END,
       p.proconfig,
       d.description,
       e.extname::text,
       p.proacl IS NULL
FROM (SELECT DISTINCT u.oid FROM ROWS FROM (pg_catalog.unnest($1::pg_catalog.oid[])) AS u (oid)) w
JOIN pg_catalog.pg_proc p ON p.oid = w.oid
JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
LEFT JOIN reading l ON l.oid = p.oid
LEFT JOIN pg_catalog.pg_description d
  ON d.objoid = p.oid AND d.classoid = 'pg_catalog.pg_proc'::pg_catalog.regclass AND d.objsubid = 0
LEFT JOIN pg_catalog.pg_depend x
  ON x.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass AND x.objid = p.oid AND x.deptype = 'e'
 AND x.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
LEFT JOIN pg_catalog.pg_extension e ON e.oid = x.refobjid
