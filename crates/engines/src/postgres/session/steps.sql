SELECT run, step, kind, title, schema, name, state, ms, error, detail
FROM dormer.steps
WHERE run >= $1 AND run < $2
ORDER BY run, step
