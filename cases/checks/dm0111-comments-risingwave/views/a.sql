CREATE SINK marts.s FROM shop.t WITH (connector = 'blackhole');
COMMENT ON SINK marts.s IS 'no sink has a comment';
CREATE MATERIALIZED VIEW marts.m AS SELECT id FROM shop.t;
COMMENT ON VIEW marts.m IS 'a table here';
CREATE MATERIALIZED VIEW marts.n AS SELECT id FROM shop.t;
COMMENT ON TABLE marts.n IS 'a table here';
