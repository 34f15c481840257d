CREATE VIEW marts.reads_gone AS SELECT id FROM marts.gone;
