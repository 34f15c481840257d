CREATE VIEW marts.sessions AS
SELECT s.process, s.user_name, q.querytxt
FROM stv_sessions s LEFT JOIN stl_query q ON q.pid = s.process
WHERE EXISTS (SELECT 1 FROM svv_tables t WHERE t.table_schema = 'marts');
