-- What this role may do in schemas. $1: their names.
SELECT u.name,
       pg_catalog.pg_get_userbyid(n.nspowner)::pg_catalog.text,
       COALESCE(pg_catalog.has_schema_privilege(n.oid, 'USAGE'), false),
       COALESCE(pg_catalog.has_schema_privilege(n.oid, 'CREATE'), false)
FROM ROWS FROM (pg_catalog.unnest($1::pg_catalog.text[])) AS u (name)
LEFT JOIN pg_catalog.pg_namespace n ON n.nspname = u.name
