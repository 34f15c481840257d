-- The indexes. $1: the ids of the relations. What was dropped after the snapshot has no definition.
SELECT i.indrelid,
       l.oid IS NOT NULL,
       c.relname::text,
       CASE WHEN l.oid IS NULL AND pg_catalog.pg_table_is_visible(i.indrelid) IS NOT NULL
                 AND pg_catalog.pg_table_is_visible(i.indexrelid) IS NOT NULL
            THEN pg_catalog.pg_get_indexdef(i.indexrelid) END,
       i.indisunique,
       i.indisvalid,
       i.indisprimary,
       CASE WHEN l.oid IS NULL AND pg_catalog.pg_table_is_visible(i.indrelid) IS NOT NULL
            THEN pg_catalog.pg_get_constraintdef(o.oid) END,
       i.indisclustered,
       i.indisreplident,
       i.indisunique AND i.indimmediate AND i.indisvalid AND i.indpred IS NULL AND i.indexprs IS NULL,
       d.description,
       s.spcname::text
FROM (SELECT DISTINCT u.oid FROM ROWS FROM (pg_catalog.unnest($1::pg_catalog.oid[])) AS u (oid)) w
JOIN pg_catalog.pg_index i ON i.indrelid = w.oid
JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
LEFT JOIN locked l ON l.oid = i.indrelid
LEFT JOIN pg_catalog.pg_constraint o
  ON o.conrelid = i.indrelid AND o.conindid = i.indexrelid AND o.contype IN ('p', 'u', 'x')
LEFT JOIN pg_catalog.pg_description d
  ON d.objoid = i.indexrelid AND d.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objsubid = 0
LEFT JOIN pg_catalog.pg_tablespace s ON s.oid = c.reltablespace
