DROP VIEW IF EXISTS marts.orders;
