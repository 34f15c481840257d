CREATE VIEW marts.a AS SELECT id FROM shop.t WITH NO SCHEMA BINDING;
COMMENT ON COLUMN marts.a.id IS 'no comment holds here';
CREATE VIEW marts.b AS SELECT id FROM shop.t;
COMMENT ON COLUMN marts.b.id IS 'it holds here';
COMMENT ON TABLE marts.b IS 'it is no table';
