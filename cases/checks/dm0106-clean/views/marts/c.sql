CREATE VIEW marts.c AS SELECT a.id FROM marts.a JOIN marts.b ON b.id = a.id;
