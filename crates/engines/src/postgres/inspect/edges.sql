-- Who is bound to what, as pg_depend has it. 16384 is the first id that is not the system's own.
-- Columns: how it is bound, who, by which name, what kind of thing it is bound to, which, and which
-- columns of it (0 or less: the whole). Queries, which are most of it, come as one row for each
-- that they read.
WITH row_type AS MATERIALIZED (
    SELECT t.oid, t.typarray, t.typrelid
    FROM pg_catalog.pg_type t
    JOIN pg_catalog.pg_class c ON c.oid = t.typrelid AND c.relkind <> 'c'
    WHERE t.typtype = 'c' AND t.oid >= 16384
), row_use AS MATERIALIZED (
    SELECT d.classid, d.objid, d.objsubid, r.typrelid
    FROM row_type r
    JOIN pg_catalog.pg_depend d
      ON d.refclassid = 'pg_catalog.pg_type'::pg_catalog.regclass AND d.refobjid IN (r.oid, r.typarray)
    WHERE d.deptype = 'n'
      AND d.classid IN ('pg_catalog.pg_proc'::pg_catalog.regclass, 'pg_catalog.pg_class'::pg_catalog.regclass)
)
SELECT CASE WHEN r.rulename = '_RETURN' THEN 'q' ELSE 'r' END::"char",
       r.ev_class, r.rulename::text,
       CASE WHEN d.refclassid = 'pg_catalog.pg_proc'::pg_catalog.regclass THEN 'f' ELSE 'c' END::"char",
       d.refobjid, pg_catalog.array_agg(d.refobjsubid)
FROM pg_catalog.pg_depend d
JOIN pg_catalog.pg_rewrite r ON r.oid = d.objid
WHERE d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass AND d.objid >= 16384
  AND d.refclassid IN ('pg_catalog.pg_class'::pg_catalog.regclass, 'pg_catalog.pg_proc'::pg_catalog.regclass)
  AND d.refobjid >= 16384
  AND d.refobjid <> r.ev_class
  AND d.deptype = 'n'
GROUP BY r.ev_class, r.rulename, d.refclassid, d.refobjid
UNION ALL
SELECT 'f'::"char", d.objid, ''::text,
       CASE WHEN d.refclassid = 'pg_catalog.pg_proc'::pg_catalog.regclass THEN 'f' ELSE 'c' END::"char",
       d.refobjid, ARRAY[d.refobjsubid]
FROM pg_catalog.pg_depend d
WHERE d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass AND d.objid >= 16384
  AND d.refclassid IN ('pg_catalog.pg_class'::pg_catalog.regclass, 'pg_catalog.pg_proc'::pg_catalog.regclass)
  AND d.refobjid >= 16384
  AND d.deptype = 'n'
UNION ALL
SELECT 'f'::"char", u.objid, ''::text, 't'::"char", u.typrelid, ARRAY[0]
FROM row_use u
WHERE u.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass
UNION ALL
SELECT 'a'::"char", u.objid, a.attname::text, 't'::"char", u.typrelid, ARRAY[0]
FROM row_use u
JOIN pg_catalog.pg_attribute a ON a.attrelid = u.objid AND a.attnum = u.objsubid
WHERE u.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND u.objid <> u.typrelid
UNION ALL
SELECT 'p'::"char", p.polrelid, p.polname::text,
       CASE WHEN d.refclassid = 'pg_catalog.pg_proc'::pg_catalog.regclass THEN 'f' ELSE 'c' END::"char",
       d.refobjid, ARRAY[d.refobjsubid]
FROM pg_catalog.pg_policy p
JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_policy'::pg_catalog.regclass AND d.objid = p.oid
WHERE d.refclassid IN ('pg_catalog.pg_class'::pg_catalog.regclass, 'pg_catalog.pg_proc'::pg_catalog.regclass)
  AND d.refobjid >= 16384
  AND d.refobjid <> p.polrelid
  AND d.deptype = 'n'
UNION ALL
SELECT 'd'::"char", f.adrelid, a.attname::text, 'c'::"char", d.refobjid, ARRAY[d.refobjsubid]
FROM pg_catalog.pg_depend d
JOIN pg_catalog.pg_attrdef f ON f.oid = d.objid
JOIN pg_catalog.pg_attribute a ON a.attrelid = f.adrelid AND a.attnum = f.adnum
WHERE d.classid = 'pg_catalog.pg_attrdef'::pg_catalog.regclass AND d.objid >= 16384
  AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
  AND d.refobjid >= 16384
  AND d.refobjid <> f.adrelid
  AND d.deptype = 'n'
UNION ALL
SELECT 'o'::"char", d.objid, ''::text, 'c'::"char", d.refobjid, ARRAY[d.refobjsubid]
FROM pg_catalog.pg_class s
JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = s.oid AND d.objsubid = 0
WHERE s.relkind = 'S'
  AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
  AND d.refobjsubid > 0
  AND d.deptype IN ('a', 'i')
UNION ALL
SELECT 'i'::"char", i.inhrelid, ''::text, 'c'::"char", i.inhparent, ARRAY[i.inhseqno]
FROM pg_catalog.pg_inherits i
JOIN pg_catalog.pg_class c ON c.oid = i.inhparent AND c.relkind IN ('r', 'p', 'f')
