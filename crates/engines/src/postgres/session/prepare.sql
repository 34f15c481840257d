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
CREATE TABLE dormer.refreshes (
    run text COLLATE "C" NOT NULL,
    schema text COLLATE "C" NOT NULL,
    name text COLLATE "C" NOT NULL,
    generation text COLLATE "C" NOT NULL,
    mode text NOT NULL,
    started timestamptz NOT NULL,
    ended timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
    pulses text,
    error text,
    PRIMARY KEY (schema, name, started)
);
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
CREATE TABLE dormer.meta (
    format int4 NOT NULL,
    made timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp()
);
INSERT INTO dormer.meta (format) VALUES (1)
