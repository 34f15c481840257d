-- Who asks, what they may do in the whole database, and the settings that hurt. What a session set for
-- itself does not count: reset_val is what every new session of this role begins with.
SELECT (EXTRACT(epoch FROM pg_catalog.clock_timestamp()) * 1000)::pg_catalog.int8,
       (SELECT s.version FROM pg_catalog.pg_stat_ssl s WHERE s.pid = pg_catalog.pg_backend_pid() AND s.ssl),
       pg_catalog.has_database_privilege(pg_catalog.current_database(), 'CREATE'),
       pg_catalog.pg_has_role('pg_read_all_stats', 'USAGE'),
       current_user::pg_catalog.text,
       ARRAY(SELECT s.name FROM pg_catalog.pg_settings s WHERE s.name = ANY ($1) ORDER BY s.name),
       ARRAY(SELECT COALESCE(s.reset_val, s.setting) FROM pg_catalog.pg_settings s WHERE s.name = ANY ($1) ORDER BY s.name),
       -- Of a journal that is there, the parts that are not: somebody took them.
       ARRAY(SELECT u.part FROM ROWS FROM (pg_catalog.unnest($2::pg_catalog.text[])) AS u (part)
             WHERE EXISTS (SELECT FROM pg_catalog.pg_class k WHERE k.relnamespace = n.oid)
             AND NOT EXISTS (SELECT FROM pg_catalog.pg_class k
                             WHERE k.relnamespace = n.oid AND k.relname = u.part)
             ORDER BY 1)
FROM (VALUES (1)) v
LEFT JOIN pg_catalog.pg_namespace n ON n.nspname = 'dormer'
