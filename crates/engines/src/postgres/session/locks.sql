-- Who holds or waits for locks on relations, and who stands in the way of those that wait, up to the
-- root of the chain. $1, $2: schemas and names, a pair for each relation. A prepared transaction has
-- no process: its number is 0, as pg_blocking_pids says it.
WITH RECURSIVE wanted AS (
    SELECT DISTINCT c.oid
    FROM ROWS FROM (pg_catalog.unnest($1::pg_catalog.text[]), pg_catalog.unnest($2::pg_catalog.text[])) AS u (schema, name)
    JOIN pg_catalog.pg_namespace n ON n.nspname = u.schema
    JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relname = u.name
), lock AS MATERIALIZED (
    SELECT COALESCE(l.pid, 0) AS pid, l.virtualtransaction, l.mode, l.granted,
           -- What the lock is on, to find who has the same.
           ROW(l.locktype, l.database, l.relation, l.page, l.tuple, l.virtualxid, l.transactionid,
               l.classid, l.objid, l.objsubid)::pg_catalog.text AS tag,
           CASE WHEN l.locktype = 'relation'
                     AND l.database IN (0, (SELECT b.oid FROM pg_catalog.pg_database b WHERE b.datname = pg_catalog.current_database()))
                THEN l.relation END AS relation
    FROM pg_catalog.pg_locks l
    WHERE l.pid IS DISTINCT FROM pg_catalog.pg_backend_pid()
), prepared AS (
    -- It holds a lock on its own number.
    SELECT l.virtualtransaction, x.gid, x.owner, x.prepared
    FROM pg_catalog.pg_prepared_xacts x
    JOIN pg_catalog.pg_locks l
      ON l.locktype = 'transactionid' AND l.transactionid = x.transaction AND l.pid IS NULL AND l.granted
), waiting AS MATERIALIZED (
    SELECT k.pid, k.tag, b.pid AS blocker
    FROM lock k
    CROSS JOIN LATERAL ROWS FROM (pg_catalog.unnest(pg_catalog.pg_blocking_pids(k.pid))) AS b (pid)
    WHERE NOT k.granted
), chain AS (
    -- Which sessions, and the relation that led to them.
    SELECT k.pid, k.relation AS about
    FROM lock k
    JOIN wanted w ON w.oid = k.relation
    UNION
    SELECT w.blocker, c.about
    FROM chain c
    JOIN waiting w ON w.pid = c.pid
), told AS (
    SELECT k.pid, k.relation, k.virtualtransaction, k.mode, k.granted
    FROM lock k
    JOIN wanted w ON w.oid = k.relation
    UNION
    -- The very lock that somebody of the chain waits for.
    SELECT w.blocker, COALESCE(k.relation, c.about), k.virtualtransaction,
           COALESCE(k.mode, 'unknown'), COALESCE(k.granted, true)
    FROM chain c
    JOIN waiting w ON w.pid = c.pid
    LEFT JOIN lock k ON k.pid = w.blocker AND k.tag = w.tag
    UNION
    -- And what one of the chain waits for itself, on whatever it is.
    SELECT c.pid, COALESCE(k.relation, c.about), k.virtualtransaction, k.mode, false
    FROM chain c
    JOIN lock k ON k.pid = c.pid AND NOT k.granted
)
SELECT n.nspname::text,
       c.relname::text,
       t.pid,
       COALESCE(a.usename::text, x.owner::text),
       COALESCE(NULLIF(a.application_name, ''), NULLIF(a.backend_type, 'client backend'),
                CASE WHEN x.gid IS NOT NULL THEN 'prepared transaction' END),
       pg_catalog.host(a.client_addr),
       t.mode,
       t.granted,
       -- Nothing where the age may not be seen; greatest() would make a 0 of it.
       CASE WHEN COALESCE(a.xact_start, x.prepared) IS NOT NULL
            THEN GREATEST(0, EXTRACT(epoch FROM pg_catalog.clock_timestamp() - COALESCE(a.xact_start, x.prepared)) * 1000)::pg_catalog.int8 END,
       a.state,
       NULLIF(NULLIF(a.query, ''), '<insufficient privilege>'),
       CASE WHEN NOT t.granted
            THEN ARRAY(SELECT DISTINCT w.blocker FROM waiting w WHERE w.pid = t.pid ORDER BY 1) END,
       CASE WHEN x.gid IS NOT NULL THEN pg_catalog.format('ROLLBACK PREPARED %L', x.gid)
            ELSE pg_catalog.format('SELECT pg_terminate_backend(%s)', t.pid) END,
       -- Without the right to see what others do, a process of this database that is nobody's.
       COALESCE(a.backend_type = 'autovacuum worker',
                a.pid IS NOT NULL AND a.datid IS NOT NULL AND a.usesysid IS NULL)
FROM told t
JOIN pg_catalog.pg_class c ON c.oid = t.relation
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_catalog.pg_stat_activity a ON a.pid = t.pid
LEFT JOIN prepared x ON t.pid = 0 AND x.virtualtransaction = t.virtualtransaction
