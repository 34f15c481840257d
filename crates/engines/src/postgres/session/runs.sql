SELECT run, kind, project, state, who, host, tool, EXTRACT(epoch FROM started)::int8,
       EXTRACT(epoch FROM ended)::int8, summary, error,
       -- Who works has the lease, and a session that has its advisory lock.
       CASE WHEN state = 'running' THEN EXISTS (
           SELECT FROM dormer.lease l
           JOIN pg_catalog.pg_locks k
             ON k.locktype = 'advisory' AND k.granted AND k.classid::int8 = 1685025389 AND k.objsubid = 2
            AND k.objid::int8 = CASE l.kind WHEN 'deploy' THEN 1 ELSE 2 END
            AND k.database = (SELECT d.oid FROM pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database())
           WHERE l.run = dormer.runs.run) END AS alive
FROM dormer.runs
