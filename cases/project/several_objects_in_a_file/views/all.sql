CREATE SCHEMA IF NOT EXISTS marts;

-- First.
CREATE VIEW marts.a AS SELECT 1 AS id;
-- Second.
CREATE TABLE marts.b (id bigint PRIMARY KEY, name text NOT NULL);
CREATE TABLE marts.c AS SELECT 1 AS id;
COMMENT ON VIEW marts.a IS 'a';
CREATE INDEX ON marts.b (name);
COMMENT ON TABLE marts.c IS NULL;
-- dormer: audit "a is never null"
SELECT * FROM marts.a WHERE id IS NULL;
