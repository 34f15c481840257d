-- What would let a statement pass that a missing right ended, as statements to run. $1: the kind of thing
-- of the refusal (`making`: a schema in which something was to be made), $2: its name there, without a schema; $3: the relation that is refreshed, or an empty
-- text: its query is run with the rights of its owner.
WITH acting AS (
    SELECT COALESCE((SELECT c.relowner FROM pg_catalog.pg_class c WHERE c.oid = pg_catalog.to_regclass(NULLIF($3, ''))),
                    (SELECT r.oid FROM pg_catalog.pg_roles r WHERE r.rolname = current_user)) AS role
), lacked AS (
    SELECT pg_catalog.format('GRANT USAGE ON SCHEMA %I', n.nspname) AS words
    FROM pg_catalog.pg_namespace n, acting a
    WHERE $1 IN ('schema', 'making') AND n.nspname = $2 AND NOT pg_catalog.has_schema_privilege(a.role, n.oid, 'USAGE')
    UNION ALL
    SELECT pg_catalog.format('GRANT CREATE ON SCHEMA %I', n.nspname)
    FROM pg_catalog.pg_namespace n, acting a
    WHERE $1 = 'making' AND n.nspname = $2 AND NOT pg_catalog.has_schema_privilege(a.role, n.oid, 'CREATE')
    UNION ALL
    SELECT pg_catalog.format('GRANT CREATE ON DATABASE %I', d.datname)
    FROM pg_catalog.pg_database d, acting a
    WHERE $1 = 'database' AND d.datname = $2 AND NOT pg_catalog.has_database_privilege(a.role, d.oid, 'CREATE')
    UNION ALL
    SELECT pg_catalog.format('GRANT SELECT ON %I.%I', n.nspname, c.relname)
    FROM pg_catalog.pg_class c
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace, acting a
    WHERE $1 = 'relation' AND c.relname = $2 AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
      AND NOT pg_catalog.has_table_privilege(a.role, c.oid, 'SELECT')
)
SELECT pg_catalog.format('%s TO %I', l.words, r.rolname)
FROM lacked l, acting a
JOIN pg_catalog.pg_roles r ON r.oid = a.role
ORDER BY 1
