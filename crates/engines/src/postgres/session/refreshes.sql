SELECT schema, name, generation, run, mode, (EXTRACT(epoch FROM started) * 1000)::int8,
       (EXTRACT(epoch FROM ended) * 1000)::int8, ms, rows, bytes, storage, pulses::text, parents::text, error
FROM dormer.refreshes
WHERE latest
