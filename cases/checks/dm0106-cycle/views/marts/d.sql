CREATE VIEW marts.d AS SELECT id FROM marts.e;
