-- What there is of the journal, and what this role may do about it.
SELECT n.oid IS NOT NULL,
       m.oid IS NOT NULL,
       pg_catalog.has_database_privilege(pg_catalog.current_database(), 'CREATE'),
       COALESCE(pg_catalog.has_schema_privilege(n.oid, 'CREATE'), false),
       COALESCE(pg_catalog.has_schema_privilege(n.oid, 'USAGE')
                AND pg_catalog.has_table_privilege(m.oid, 'SELECT')
                AND pg_catalog.has_table_privilege(l.oid, 'UPDATE'), false),
       COALESCE(pg_catalog.pg_has_role(n.nspowner, 'USAGE'), false),
       pg_catalog.pg_get_userbyid(n.nspowner)::text,
       current_user::text,
       pg_catalog.current_database()::text
FROM (VALUES (1)) v
LEFT JOIN pg_catalog.pg_namespace n ON n.nspname = 'dormer'
LEFT JOIN pg_catalog.pg_class m ON m.relnamespace = n.oid AND m.relname = 'meta'
LEFT JOIN pg_catalog.pg_class l ON l.relnamespace = n.oid AND l.relname = 'lease'
