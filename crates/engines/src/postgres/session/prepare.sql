-- The journal, format 1. Names are two columns, as they are called in the target; letters are compared
-- byte by byte. No foreign keys: what a run wrote is written by its own transactions, and each key would
-- cost every one of them a lock and a trigger.
CREATE TABLE dormer.runs (
    run text COLLATE "C" PRIMARY KEY,
    kind text NOT NULL,
    project text NOT NULL,
    state text NOT NULL,
    who text NOT NULL,
    host text NOT NULL,
    tool text NOT NULL,
    started timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
    ended timestamptz,
    summary text NOT NULL,
    error text,
    plan text NOT NULL
);
-- A plan may have megabytes: it is written once, and compressing it would take longer than the rest.
ALTER TABLE dormer.runs ALTER COLUMN plan SET STORAGE EXTERNAL;
CREATE INDEX runs_unfinished ON dormer.runs (run) WHERE state IN ('running', 'partial', 'stopped');
CREATE TABLE dormer.steps (
    run text COLLATE "C" NOT NULL,
    step int8 NOT NULL,
    kind text NOT NULL,
    title text NOT NULL,
    schema text COLLATE "C",
    name text COLLATE "C",
    state text NOT NULL,
    ms int8 NOT NULL,
    error text,
    detail text,
    ended timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
    PRIMARY KEY (run, step)
);
-- How long the last step of a kind took: taken over from the steps when a run ends.
CREATE TABLE dormer.durations (
    schema text COLLATE "C" NOT NULL,
    name text COLLATE "C" NOT NULL,
    kind text COLLATE "C" NOT NULL,
    ms int8 NOT NULL,
    PRIMARY KEY (schema, name, kind)
);
CREATE TABLE dormer.objects (
    schema text COLLATE "C" NOT NULL,
    name text COLLATE "C" NOT NULL,
    generation text COLLATE "C" NOT NULL,
    kind text NOT NULL,
    physical text NOT NULL,
    state text NOT NULL,
    project text,
    target text,
    run text COLLATE "C" NOT NULL,
    fingerprint text NOT NULL,
    declared text NOT NULL,
    companions json NOT NULL,
    observed text,
    version text,
    since timestamptz,
    PRIMARY KEY (schema, name, generation)
);
-- What is gone stays in the table; a plan asks for the rest alone.
CREATE INDEX objects_kept ON dormer.objects (schema, name, generation) WHERE state <> 'dropped';
-- The last refresh of a generation that was done, and the one that failed since, are the latest ones.
CREATE TABLE dormer.refreshes (
    run text COLLATE "C" NOT NULL,
    schema text COLLATE "C" NOT NULL,
    name text COLLATE "C" NOT NULL,
    generation text COLLATE "C" NOT NULL,
    mode text NOT NULL,
    started timestamptz NOT NULL,
    ended timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
    ms int8 NOT NULL,
    rows int8,
    bytes int8,
    storage text,
    pulses json,
    parents json,
    error text,
    latest boolean NOT NULL DEFAULT true,
    PRIMARY KEY (schema, name, generation, started)
);
CREATE INDEX refreshes_latest ON dormer.refreshes (schema, name, generation) WHERE latest;
CREATE INDEX refreshes_old ON dormer.refreshes (started) WHERE NOT latest;
CREATE SEQUENCE dormer.token;
-- No run: nobody has it, and no token proves it.
CREATE TABLE dormer.lease (
    kind text COLLATE "C" PRIMARY KEY,
    token int8,
    run text COLLATE "C",
    who text,
    host text,
    since timestamptz
);
INSERT INTO dormer.lease (kind) VALUES ('deploy'), ('refresh');
-- Ends the transaction of a run that lost its lease, and makes a takeover wait for one that has it.
CREATE FUNCTION dormer.prove(kind text, token int8) RETURNS void LANGUAGE plpgsql AS $prove$
BEGIN
    PERFORM FROM dormer.lease l WHERE l.kind = prove.kind AND l.token = prove.token FOR SHARE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'another run has the lease' USING ERRCODE = 'DO001', HINT = 'see which:  dormer history';
    END IF;
END
$prove$;
-- Writes down how a step ended; what is done stays done. Functions, because the server keeps their plans:
-- thousands of works in a row would have it plan the same statement each time. No milliseconds given:
-- the share of the transaction's own time.
CREATE FUNCTION dormer.step(
    new_run text, new_step int8, new_kind text, new_title text, new_state text, new_ms int8, new_share int8,
    new_schema text, new_name text, new_error text, new_detail text
) RETURNS void LANGUAGE plpgsql AS $step$
BEGIN
    INSERT INTO dormer.steps AS s (run, step, kind, title, state, ms, schema, name, error, detail)
    VALUES (
        new_run, new_step, new_kind, new_title, new_state,
        COALESCE(new_ms, (EXTRACT(epoch FROM pg_catalog.clock_timestamp() - pg_catalog.transaction_timestamp())
                          * 1000 / new_share)::int8),
        new_schema, new_name, new_error, new_detail)
    ON CONFLICT (run, step) DO UPDATE SET
        kind = excluded.kind, title = excluded.title, state = excluded.state, ms = excluded.ms,
        schema = excluded.schema, name = excluded.name, error = excluded.error, detail = excluded.detail,
        ended = excluded.ended
    WHERE s.state <> 'done' OR excluded.state = 'done';
END
$step$;
-- Writes down all that is known of a generation. Its version is asked of the relation that it is now.
CREATE FUNCTION dormer.object(
    new_schema text, new_name text, new_generation text, new_kind text, new_physical text, new_state text,
    new_project text, new_target text, new_run text, new_fingerprint text, new_declared text,
    new_companions json, new_observed text, new_since timestamptz, relation text
) RETURNS void LANGUAGE plpgsql AS $object$
DECLARE
    new_version text := (
        SELECT CASE WHEN c.relkind IN ('r', 'p')
                    THEN 't' || c.oid::text || '.' || 'dormer.objects'::pg_catalog.regclass::oid::text
                    ELSE r.oid::text || '.' || r.xmin::text END
        FROM pg_catalog.pg_class c
        LEFT JOIN pg_catalog.pg_rewrite r ON r.ev_class = c.oid AND r.rulename = '_RETURN'
        WHERE c.oid = pg_catalog.to_regclass(relation));
BEGIN
    INSERT INTO dormer.objects AS o (
        schema, name, generation, kind, physical, state, project, target, run, fingerprint, declared,
        companions, observed, version, since)
    VALUES (
        new_schema, new_name, new_generation, new_kind, new_physical, new_state, new_project, new_target,
        new_run, new_fingerprint, new_declared, new_companions, new_observed, new_version, new_since)
    ON CONFLICT (schema, name, generation) DO UPDATE SET
        kind = excluded.kind, physical = excluded.physical, state = excluded.state,
        project = excluded.project, target = excluded.target, run = excluded.run, fingerprint = excluded.fingerprint,
        declared = excluded.declared, companions = excluded.companions, observed = excluded.observed,
        version = excluded.version, since = excluded.since;
END
$object$;
-- Writes down that a generation was refreshed by this transaction, or could not be. The storage of what it
-- reads is asked for now: it cannot be another one than was read, for that is locked until the end.
CREATE FUNCTION dormer.refreshed(
    new_run text, new_schema text, new_name text, new_generation text, new_mode text, relation text,
    new_pulses json, keys text[], reads text[], new_error text, new_ms int8
) RETURNS void LANGUAGE plpgsql AS $refreshed$
DECLARE
    refreshed oid := pg_catalog.to_regclass(relation);
    counted text := NULLIF(pg_catalog.current_setting('dormer.counted', true), '');
    inserted int8 := pg_catalog.pg_stat_get_xact_tuples_inserted(refreshed)
        - COALESCE(pg_catalog.split_part(counted, ' ', 1)::int8, 0);
    deleted int8 := pg_catalog.pg_stat_get_xact_tuples_deleted(refreshed)
        - COALESCE(pg_catalog.split_part(counted, ' ', 2)::int8, 0);
    earlier int8;
    now timestamptz := pg_catalog.clock_timestamp();
    begun timestamptz := pg_catalog.transaction_timestamp();
BEGIN
    IF new_error IS NULL AND new_mode <> 'fill' AND NOT EXISTS (
        SELECT FROM dormer.objects o
        JOIN pg_catalog.pg_class c ON c.oid = refreshed AND c.relname = o.physical
        WHERE o.schema = new_schema AND o.name = new_name AND o.generation = new_generation
          AND o.state IN ('live', 'retired'))
    THEN
        RAISE EXCEPTION 'another run replaced it meanwhile' USING ERRCODE = 'DO002';
    END IF;
    IF new_error IS NOT NULL THEN
        begun := now - new_ms * interval '1 ms';
    END IF;
    SELECT r.rows INTO earlier FROM dormer.refreshes r
    WHERE r.schema = new_schema AND r.name = new_name AND r.generation = new_generation
      AND r.latest AND r.error IS NULL;
    UPDATE dormer.refreshes r SET latest = false
    WHERE r.schema = new_schema AND r.name = new_name AND r.generation = new_generation
      AND r.latest AND (new_error IS NULL OR r.error IS NOT NULL);
    INSERT INTO dormer.refreshes (
        run, schema, name, generation, mode, started, ended, ms, rows, bytes, storage, pulses, parents, error)
    VALUES (
        new_run, new_schema, new_name, new_generation, new_mode, begun, now,
        COALESCE(new_ms, (EXTRACT(epoch FROM now - begun) * 1000)::int8),
        CASE WHEN new_error IS NULL THEN
            CASE new_mode WHEN 'concurrently' THEN earlier + inserted - deleted ELSE inserted END END,
        CASE WHEN new_error IS NULL THEN pg_catalog.pg_total_relation_size(refreshed) END,
        CASE WHEN new_error IS NULL THEN pg_catalog.pg_relation_filenode(refreshed)::text END,
        new_pulses,
        (SELECT pg_catalog.json_object_agg(u.key, pg_catalog.pg_relation_filenode(pg_catalog.to_regclass(u.path))::text)
         FROM ROWS FROM (pg_catalog.unnest(keys), pg_catalog.unnest(reads)) AS u (key, path)
         WHERE pg_catalog.to_regclass(u.path) IS NOT NULL),
        new_error)
    ON CONFLICT (schema, name, generation, started) DO NOTHING;
END
$refreshed$;
CREATE TABLE dormer.meta (
    format int4 NOT NULL,
    made timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp()
);
INSERT INTO dormer.meta (format) VALUES (1)
