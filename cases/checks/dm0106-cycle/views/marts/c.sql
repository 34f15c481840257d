CREATE VIEW marts.c AS SELECT id FROM marts.a;
