//! The questions of a dump: each row is a thing's name, a part of it, and how that part is.
//!
//! **They run unchanged on PostgreSQL 13 to 18**: a column of the catalog that only some have is taken
//! from the row as JSON.

/// Kinds of lines with their queries.
pub(super) const ALL: &[(&str, &str)] = &[
    ("schema", SCHEMAS),
    ("relation", RELATIONS),
    ("definition", DEFINITIONS),
    ("column", COLUMNS),
    ("constraint", CONSTRAINTS),
    ("privilege", PRIVILEGES),
    ("privilege", COLUMN_PRIVILEGES),
    ("comment", COMMENTS),
    ("index", INDEXES),
    ("trigger", TRIGGERS),
    ("rule", RULES),
    ("policy", POLICIES),
    ("statistics", STATISTICS),
    ("function", FUNCTIONS),
    ("type", TYPES),
    ("default privilege", DEFAULTS),
    ("publication", PUBLICATIONS),
];

const SCHEMAS: &str = "
SELECT n.nspname::text, '', 'owner ' || pg_get_userbyid(n.nspowner)
       || coalesce(' comment ' || obj_description(n.oid, 'pg_namespace'), '')
       || ' privileges ' || coalesce((SELECT string_agg(
            CASE a.grantee WHEN 0 THEN 'public' ELSE pg_get_userbyid(a.grantee) END || '=' || a.privilege_type
            || CASE WHEN a.is_grantable THEN '*' ELSE '' END, ' ' ORDER BY pg_get_userbyid(a.grantee), a.privilege_type)
          FROM (SELECT DISTINCT grantee, privilege_type, is_grantable
                FROM aclexplode(coalesce(n.nspacl, acldefault('n', n.nspowner)))) AS a), '')
FROM pg_namespace n
WHERE n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'dormer', 'public')";

const RELATIONS: &str = "
SELECT n.nspname || '.' || c.relname, '',
       'kind ' || c.relkind::text || ' owner ' || pg_get_userbyid(c.relowner)
       || CASE WHEN c.relkind = 'm' AND NOT c.relispopulated THEN ' unpopulated' ELSE '' END
       || coalesce(' method ' || (SELECT am.amname FROM pg_am am WHERE am.oid = c.relam), '')
       || coalesce(' tablespace ' || (SELECT t.spcname FROM pg_tablespace t WHERE t.oid = c.reltablespace), '')
       || coalesce(' options ' || (SELECT string_agg(o, ',' ORDER BY o) FROM unnest(c.reloptions) o), '')
       || CASE WHEN c.relrowsecurity THEN ' row security' ELSE '' END
       || CASE WHEN c.relforcerowsecurity THEN ' forced' ELSE '' END
       || ' identity ' || c.relreplident::text || ' persistence ' || c.relpersistence::text
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'v', 'm', 'p', 'f', 'S')
  AND n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'dormer')";

const DEFINITIONS: &str = "
SELECT n.nspname || '.' || c.relname, '', pg_get_viewdef(c.oid)
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('v', 'm')
  AND n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'dormer')";

const COLUMNS: &str = "
SELECT n.nspname || '.' || c.relname,
       to_char(row_number() OVER (PARTITION BY c.oid ORDER BY a.attnum), 'FM0000') || ' ' || a.attname,
       format_type(a.atttypid, a.atttypmod)
       || CASE WHEN a.attnotnull THEN ' not null' ELSE '' END
       || coalesce(' default ' || pg_get_expr(d.adbin, d.adrelid), '')
       || CASE WHEN a.attidentity <> '' THEN ' identity ' || a.attidentity::text ELSE '' END
       || CASE WHEN a.attgenerated <> '' THEN ' generated ' || a.attgenerated::text ELSE '' END
       || ' storage ' || a.attstorage::text
       || coalesce(' compression ' || nullif(to_jsonb(a) ->> 'attcompression', ''), '')
       || coalesce(' statistics ' || nullif(a.attstattarget, -1), '')
       || coalesce(' options ' || array_to_string(a.attoptions, ','), '')
       || CASE WHEN a.attcollation <> 0 AND a.attcollation <> t.typcollation
               THEN ' collation ' || a.attcollation::regcollation ELSE '' END
FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_type t ON t.oid = a.atttypid
LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'v', 'm', 'p', 'f')
  AND n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'dormer')";

const CONSTRAINTS: &str = "
SELECT n.nspname || '.' || c.relname, k.conname::text, pg_get_constraintdef(k.oid)
FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'dormer')";

const PRIVILEGES: &str = "
SELECT n.nspname || '.' || c.relname,
       CASE a.grantee WHEN 0 THEN 'public' ELSE pg_get_userbyid(a.grantee) END || ' ' || a.privilege_type,
       CASE WHEN bool_or(a.is_grantable) THEN 'may pass on' ELSE 'granted' END
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
CROSS JOIN LATERAL aclexplode(coalesce(c.relacl,
    acldefault(CASE c.relkind WHEN 'S' THEN 's' ELSE 'r' END::\"char\", c.relowner))) AS a
WHERE c.relkind IN ('r', 'v', 'm', 'p', 'f', 'S')
  AND n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'dormer')
GROUP BY 1, 2";

const COLUMN_PRIVILEGES: &str = "
SELECT n.nspname || '.' || c.relname,
       '(' || t.attname || ') ' || CASE a.grantee WHEN 0 THEN 'public' ELSE pg_get_userbyid(a.grantee) END
       || ' ' || a.privilege_type,
       CASE WHEN bool_or(a.is_grantable) THEN 'may pass on' ELSE 'granted' END
FROM pg_attribute t JOIN pg_class c ON c.oid = t.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
CROSS JOIN LATERAL aclexplode(t.attacl) AS a
WHERE n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'dormer')
GROUP BY 1, 2";

const COMMENTS: &str = "
SELECT o.schema || '.' || coalesce(o.name, ''),
       d.classoid::regclass || CASE WHEN d.objsubid > 0 THEN ' column ' || (
           SELECT a.attname FROM pg_attribute a WHERE a.attrelid = d.objoid AND a.attnum = d.objsubid)
         ELSE '' END || o.extra,
       d.description
FROM pg_description d
JOIN LATERAL (
    SELECT n.nspname::text AS schema, c.relname::text AS name, '' AS extra
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE d.classoid = 'pg_class'::regclass AND c.oid = d.objoid
    UNION ALL
    SELECT n.nspname, c.relname, ' ' || r.rulename
    FROM pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE d.classoid = 'pg_rewrite'::regclass AND r.oid = d.objoid AND d.description !~ '^dormer'
    UNION ALL
    SELECT n.nspname, p.proname, '(' || pg_get_function_identity_arguments(p.oid) || ')'
    FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
    WHERE d.classoid = 'pg_proc'::regclass AND p.oid = d.objoid
    UNION ALL
    SELECT n.nspname, c.relname, ' ' || g.tgname
    FROM pg_trigger g JOIN pg_class c ON c.oid = g.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE d.classoid = 'pg_trigger'::regclass AND g.oid = d.objoid
    UNION ALL
    SELECT n.nspname, c.relname, ' ' || k.conname
    FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE d.classoid = 'pg_constraint'::regclass AND k.oid = d.objoid
    UNION ALL
    SELECT n.nspname, c.relname, ' ' || p.polname
    FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE d.classoid = 'pg_policy'::regclass AND p.oid = d.objoid
    UNION ALL
    SELECT n.nspname, t.typname, ''
    FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
    WHERE d.classoid = 'pg_type'::regclass AND t.oid = d.objoid
    UNION ALL
    SELECT n.nspname, s.stxname, ''
    FROM pg_statistic_ext s JOIN pg_namespace n ON n.oid = s.stxnamespace
    WHERE d.classoid = 'pg_statistic_ext'::regclass AND s.oid = d.objoid
) AS o ON true
WHERE o.schema !~ '^pg_' AND o.schema NOT IN ('information_schema', 'dormer')";

const INDEXES: &str = "
SELECT n.nspname || '.' || t.relname, c.relname::text,
       pg_get_indexdef(i.indexrelid)
       || CASE WHEN i.indisvalid THEN '' ELSE ' invalid' END
       || CASE WHEN i.indisclustered THEN ' clustered' ELSE '' END
       || CASE WHEN i.indisreplident THEN ' identity' ELSE '' END
       || coalesce(' tablespace ' || (SELECT s.spcname FROM pg_tablespace s WHERE s.oid = c.reltablespace), '')
       || coalesce((SELECT string_agg(' statistics ' || a.attnum || '=' || a.attstattarget, '' ORDER BY a.attnum)
                    FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attstattarget >= 0), '')
FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_class t ON t.oid = i.indrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'dormer')";

const TRIGGERS: &str = "
SELECT n.nspname || '.' || c.relname, g.tgname::text, pg_get_triggerdef(g.oid) || ' enabled ' || g.tgenabled::text
FROM pg_trigger g JOIN pg_class c ON c.oid = g.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE NOT g.tgisinternal
  AND n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'dormer')";

const RULES: &str = "
SELECT n.nspname || '.' || c.relname, r.rulename::text, pg_get_ruledef(r.oid) || ' enabled ' || r.ev_enabled::text
FROM pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE r.rulename <> '_RETURN'
  AND n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'dormer')";

const POLICIES: &str = "
SELECT n.nspname || '.' || c.relname, p.polname::text,
       p.polcmd::text || CASE WHEN p.polpermissive THEN ' permissive' ELSE ' restrictive' END
       || ' to ' || (SELECT string_agg(CASE r WHEN 0 THEN 'public' ELSE pg_get_userbyid(r) END, ',' ORDER BY r)
                     FROM unnest(p.polroles) r)
       || coalesce(' using ' || pg_get_expr(p.polqual, p.polrelid), '')
       || coalesce(' check ' || pg_get_expr(p.polwithcheck, p.polrelid), '')
FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'dormer')";

const STATISTICS: &str = "
SELECT n.nspname || '.' || s.stxname, '',
       pg_get_statisticsobjdef(s.oid) || ' owner ' || pg_get_userbyid(s.stxowner)
       || coalesce(' target ' || nullif(to_jsonb(s) ->> 'stxstattarget', '-1'), '')
FROM pg_statistic_ext s JOIN pg_namespace n ON n.oid = s.stxnamespace
WHERE n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'dormer')";

const FUNCTIONS: &str = "
SELECT n.nspname || '.' || p.proname, '(' || pg_get_function_identity_arguments(p.oid) || ')',
       pg_get_functiondef(p.oid) || ' owner ' || pg_get_userbyid(p.proowner) || ' privileges ' || coalesce((
         SELECT string_agg(CASE a.grantee WHEN 0 THEN 'public' ELSE pg_get_userbyid(a.grantee) END
                || CASE WHEN a.is_grantable THEN '*' ELSE '' END, ' ' ORDER BY pg_get_userbyid(a.grantee), a.is_grantable)
         FROM (SELECT DISTINCT grantee, is_grantable
               FROM aclexplode(coalesce(p.proacl, acldefault('f', p.proowner)))) AS a), '')
FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
WHERE p.prokind IN ('f', 'p')
  AND NOT EXISTS (SELECT FROM pg_depend d
                  WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e')
  AND n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'dormer')";

const TYPES: &str = "
SELECT n.nspname || '.' || t.typname, '',
       t.typtype::text || ' owner ' || pg_get_userbyid(t.typowner)
       || coalesce(' of ' || (SELECT string_agg(e.enumlabel, ',' ORDER BY e.enumsortorder)
                              FROM pg_enum e WHERE e.enumtypid = t.oid), '')
       || CASE WHEN t.typtype = 'd' THEN ' base ' || format_type(t.typbasetype, t.typtypmod) ELSE '' END
FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
WHERE t.typtype IN ('e', 'd', 'r')
  AND n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'dormer')";

const DEFAULTS: &str = "
SELECT coalesce(n.nspname, 'every schema')::text,
       'by ' || pg_get_userbyid(d.defaclrole) || ' on ' || d.defaclobjtype::text,
       (SELECT string_agg(CASE a.grantee WHEN 0 THEN 'public' ELSE pg_get_userbyid(a.grantee) END
               || '=' || a.privilege_type || CASE WHEN a.is_grantable THEN '*' ELSE '' END, ' ' ORDER BY pg_get_userbyid(a.grantee), a.privilege_type)
        FROM (SELECT DISTINCT grantee, privilege_type, is_grantable FROM aclexplode(d.defaclacl)) AS a)
FROM pg_default_acl d LEFT JOIN pg_namespace n ON n.oid = d.defaclnamespace
WHERE n.nspname IS DISTINCT FROM 'dormer'";

const PUBLICATIONS: &str = "
SELECT p.pubname::text, t.schemaname || '.' || t.tablename, 'published'
FROM pg_publication p JOIN pg_publication_tables t ON t.pubname = p.pubname
WHERE t.schemaname <> 'dormer'";

/// Relations that can be read: name, name as SQL reads it, kind.
pub(super) const READABLE: &str = "
SELECT n.nspname || '.' || c.relname, quote_ident(n.nspname) || '.' || quote_ident(c.relname), c.relkind::text
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE (c.relkind IN ('r', 'v', 'p') OR c.relkind = 'm' AND c.relispopulated)
  AND n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'dormer')
ORDER BY 1";

/// Materialized views with rows, and their queries.
pub(super) const MATERIALIZED: &str = "
SELECT quote_ident(n.nspname) || '.' || quote_ident(c.relname), pg_get_viewdef(c.oid)
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind = 'm' AND c.relispopulated
  AND n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'dormer')
ORDER BY 1";
