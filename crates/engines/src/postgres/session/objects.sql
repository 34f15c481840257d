SELECT schema, name, generation, kind, physical, state, project, target, run, fingerprint, declared, companions::text,
       observed, version, EXTRACT(epoch FROM since)::int8
FROM dormer.objects
