-- What the journal knows of generations that are there. How the target spelled a definition is left out where
-- it is the same definition still: neither made anew, nor a column of it called otherwise.
SELECT o.schema, o.name, o.generation, o.kind, o.physical, o.state, o.project, o.target, o.run, o.fingerprint,
       o.declared, o.companions::text,
       CASE WHEN r.oid IS NULL THEN o.observed END,
       o.version, EXTRACT(epoch FROM o.since)::int8
FROM dormer.objects o
LEFT JOIN pg_catalog.pg_rewrite r
  ON r.oid::text || '.' || r.xmin::text = o.version
 AND NOT EXISTS (SELECT FROM pg_catalog.pg_attribute a
                 WHERE a.attrelid = r.ev_class AND a.attnum > 0 AND a.xmin <> r.xmin)
WHERE o.state <> 'dropped'
ORDER BY o.schema, o.name, o.generation
