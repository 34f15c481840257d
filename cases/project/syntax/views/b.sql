\set x 1
CREATE VIEW marts.b AS SELECT 'open;
