CREATE MATERIALIZED VIEW marts.a AS SELECT 1 AS id;
CREATE UNIQUE INDEX a_key ON marts.a (id);
COMMENT ON TABLE marts.a IS 'it is no table';
