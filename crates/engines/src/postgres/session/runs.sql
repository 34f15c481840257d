SELECT run, kind, project, state, who, host, tool, EXTRACT(epoch FROM started)::int8,
       EXTRACT(epoch FROM ended)::int8, summary, error
FROM dormer.runs
