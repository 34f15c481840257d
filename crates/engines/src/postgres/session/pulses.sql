-- What moves in relations when their rows do. $1, $2: schemas and names, a pair for each relation.
-- Partitions and children count with their parent; what is kept elsewhere is counted by nobody, and
-- nobody counts on a standby.
WITH RECURSIVE wanted AS (
    SELECT DISTINCT c.oid, n.nspname, c.relname
    FROM ROWS FROM (pg_catalog.unnest($1::pg_catalog.text[]), pg_catalog.unnest($2::pg_catalog.text[])) AS u (schema, name)
    JOIN pg_catalog.pg_namespace n ON n.nspname = u.schema
    JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relname = u.name
    WHERE c.relkind IN ('r', 'p', 'f', 'v', 'm', 'S')
), member AS (
    SELECT w.oid AS root, w.oid FROM wanted w
    UNION
    SELECT m.root, i.inhrelid
    FROM member m
    JOIN pg_catalog.pg_inherits i ON i.inhparent = m.oid
), part AS (
    SELECT m.root,
           c.oid,
           c.relkind,
           pg_catalog.pg_relation_filenode(c.oid) AS filenode,
           pg_catalog.pg_stat_get_tuples_inserted(c.oid) + pg_catalog.pg_stat_get_tuples_updated(c.oid)
               + pg_catalog.pg_stat_get_tuples_deleted(c.oid) AS written
    FROM member m
    JOIN pg_catalog.pg_class c ON c.oid = m.oid AND c.relkind IN ('r', 'm', 'f')
), whole AS (
    SELECT p.root,
           CASE WHEN pg_catalog.count(*) = 1 THEN pg_catalog.min(p.filenode::text)
                -- Which parts there are, and where the rows of each are.
                ELSE pg_catalog.encode(pg_catalog.sha256(pg_catalog.convert_to(
                    pg_catalog.string_agg(pg_catalog.concat(p.oid, '/', p.filenode), ' ' ORDER BY p.oid), 'UTF8')), 'hex')
           END AS storage,
           CASE WHEN pg_catalog.bool_and(p.relkind <> 'f') THEN pg_catalog.sum(p.written)::pg_catalog.int8 END AS written
    FROM part p
    GROUP BY p.root
)
SELECT w.nspname::text,
       w.relname::text,
       h.storage,
       CASE WHEN pg_catalog.current_setting('track_counts') = 'on' AND NOT pg_catalog.pg_is_in_recovery()
            THEN h.written END
FROM wanted w
LEFT JOIN whole h ON h.root = w.oid
