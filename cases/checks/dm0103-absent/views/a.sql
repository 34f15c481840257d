CREATE VIEW marts.a AS SELECT id FROM old.x;
