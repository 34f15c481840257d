-- ä
CREATE VIEW marts.a AS SELECT 1;
