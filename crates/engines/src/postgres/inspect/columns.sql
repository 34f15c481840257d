-- The columns, in order. $1: the ids of the relations.
SELECT a.attrelid,
       l.oid IS NOT NULL AND a.atthasdef,
       a.attnum,
       a.attname::text,
       pg_catalog.format_type(a.atttypid, a.atttypmod),
       a.attnotnull,
       CASE WHEN l.oid IS NULL AND pg_catalog.pg_table_is_visible(a.attrelid) IS NOT NULL
            THEN pg_catalog.pg_get_expr(f.adbin, f.adrelid) END,
       a.attgenerated,
       a.attidentity,
       cn.nspname::text,
       co.collname::text,
       d.description,
       -- Up to 16, -1 means that nobody set it; from 17 it is NULL.
       NULLIF(a.attstattarget::pg_catalog.int4, -1),
       a.attoptions,
       CASE WHEN a.attstorage <> t.typstorage THEN a.attstorage END
FROM (SELECT DISTINCT u.oid FROM ROWS FROM (pg_catalog.unnest($1::pg_catalog.oid[])) AS u (oid)) w
JOIN pg_catalog.pg_class c ON c.oid = w.oid AND c.relkind <> 'S'
JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
LEFT JOIN locked l ON l.oid = c.oid
LEFT JOIN pg_catalog.pg_attrdef f ON a.atthasdef AND f.adrelid = a.attrelid AND f.adnum = a.attnum
LEFT JOIN pg_catalog.pg_collation co ON co.oid = a.attcollation AND a.attcollation <> t.typcollation
LEFT JOIN pg_catalog.pg_namespace cn ON cn.oid = co.collnamespace
LEFT JOIN pg_catalog.pg_description d
  ON d.objoid = a.attrelid AND d.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objsubid = a.attnum
ORDER BY a.attrelid, a.attnum
