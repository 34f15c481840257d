CREATE VIEW marts.e AS SELECT id FROM marts.c;
