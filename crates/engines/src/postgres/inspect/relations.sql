-- The relations themselves. $1: their ids, $2: versions of definitions that need not be read, $3: whether the
-- sizes of these are measured all the same.
-- pg_table_is_visible is NULL for what was dropped after the snapshot was taken.
, unmeasured AS MATERIALIZED (
    SELECT l.oid FROM locked l
    UNION
    SELECT i.indrelid FROM locked l JOIN pg_catalog.pg_index i ON i.indexrelid = l.oid
), reading AS MATERIALIZED (
    SELECT r.ev_class AS oid
    FROM locked l
    JOIN pg_catalog.pg_depend d
      ON d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.refobjid = l.oid
     AND d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass
    JOIN pg_catalog.pg_rewrite r ON r.oid = d.objid
    UNION
    -- By a function that returns its row type: before 15, the view does not depend on the relation.
    SELECT r.ev_class
    FROM locked l
    JOIN pg_catalog.pg_class c ON c.oid = l.oid
    JOIN pg_catalog.pg_type t ON t.oid = c.reltype
    JOIN pg_catalog.pg_depend f
      ON f.refclassid = 'pg_catalog.pg_type'::pg_catalog.regclass AND f.refobjid IN (t.oid, t.typarray)
     AND f.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass
    JOIN pg_catalog.pg_depend d
      ON d.refclassid = 'pg_catalog.pg_proc'::pg_catalog.regclass AND d.refobjid = f.objid
     AND d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass
    JOIN pg_catalog.pg_rewrite r ON r.oid = d.objid
)
SELECT c.oid,
       n.nspname::text,
       c.relname::text,
       c.relkind,
       c.relispartition,
       c.relpersistence,
       pg_catalog.pg_get_userbyid(c.relowner)::text,
       pg_catalog.pg_has_role(c.relowner, 'USAGE'),
       l.oid IS NOT NULL OR g.oid IS NOT NULL,
       k.version IS NOT NULL,
       CASE WHEN c.relkind IN ('v', 'm') AND k.version IS NULL AND l.oid IS NULL AND g.oid IS NULL
                 AND pg_catalog.pg_table_is_visible(c.oid) IS NOT NULL
            THEN pg_catalog.pg_get_viewdef(c.oid) END AS definition,
       d.description,
       m.description AS marker,
       -- Of the query itself: renames leave it alone, whoever redefines the view does not.
       -- A table has no query; its own identity, beside that of the journal: a copy of the database has others.
       CASE WHEN c.relkind IN ('r', 'p') THEN 't' || c.oid::text || '.' || j.oid::text
            ELSE r.oid::text || '.' || r.xmin::text END AS version,
       c.reloptions,
       c.relacl IS NULL,
       CASE WHEN c.relrowsecurity AND c.relforcerowsecurity THEN 'f' WHEN c.relrowsecurity THEN 'o' ELSE 'n' END::"char",
       CASE WHEN l.oid IS NULL AND pg_catalog.pg_table_is_visible(c.oid) IS NOT NULL
            THEN pg_catalog.pg_get_expr(c.relpartbound, c.oid) END,
       e.extname::text,
       s.spcname::text,
       a.amname::text,
       c.relispopulated,
       -- The server asks the disk, for each relation about as long as for its definition.
       CASE WHEN k.version IS NOT NULL AND NOT $3::pg_catalog.bool THEN NULL
            WHEN c.relkind NOT IN ('r', 'm', 'S') THEN 0
            WHEN z.oid IS NULL THEN pg_catalog.pg_total_relation_size(c.oid) END AS bytes,
       CASE WHEN c.reltuples < 0 THEN NULL
            -- Before 14, a table that was never counted says 0.
            WHEN c.reltuples = 0 AND c.relpages = 0
                 AND pg_catalog.current_setting('server_version_num')::pg_catalog.int4 < 140000 THEN NULL
            WHEN c.relkind IN ('r', 'm', 'p', 'f') THEN c.reltuples::pg_catalog.int8 END AS rows
FROM (SELECT DISTINCT u.oid FROM ROWS FROM (pg_catalog.unnest($1::pg_catalog.oid[])) AS u (oid)) w
JOIN pg_catalog.pg_class c ON c.oid = w.oid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN (SELECT o.oid FROM pg_catalog.pg_class o JOIN pg_catalog.pg_namespace jn ON jn.oid = o.relnamespace
           WHERE jn.nspname = 'dormer' AND o.relname = 'objects' AND o.relkind = 'r') j ON true
LEFT JOIN locked l ON l.oid = c.oid
LEFT JOIN reading g ON g.oid = c.oid
LEFT JOIN unmeasured z ON z.oid = c.oid
LEFT JOIN pg_catalog.pg_description d
  ON d.objoid = c.oid AND d.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objsubid = 0
LEFT JOIN pg_catalog.pg_rewrite r ON r.ev_class = c.oid AND r.rulename = '_RETURN'
LEFT JOIN (SELECT DISTINCT u.version FROM ROWS FROM (pg_catalog.unnest($2::pg_catalog.text[])) AS u (version)) k
  ON k.version = r.oid::text || '.' || r.xmin::text
 -- A column that got another name changes the spelling, and not the rule.
 AND NOT EXISTS (SELECT FROM pg_catalog.pg_attribute ca
                 WHERE ca.attrelid = c.oid AND ca.attnum > 0 AND ca.xmin <> r.xmin)
LEFT JOIN pg_catalog.pg_description m
  ON m.objoid = r.oid AND m.classoid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass AND m.objsubid = 0
LEFT JOIN pg_catalog.pg_depend x
  ON x.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND x.objid = c.oid AND x.objsubid = 0 AND x.deptype = 'e'
 AND x.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
LEFT JOIN pg_catalog.pg_extension e ON e.oid = x.refobjid
LEFT JOIN pg_catalog.pg_tablespace s ON s.oid = c.reltablespace
LEFT JOIN pg_catalog.pg_am a ON a.oid = c.relam
-- The journal is no part of the picture, not even where a view of somebody reads it.
WHERE n.nspname <> 'dormer'
