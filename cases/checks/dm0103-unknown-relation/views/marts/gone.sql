DROP VIEW IF EXISTS marts.gone;
