CREATE VIEW marts.a WITH (security_barrier) AS SELECT 1 AS id;
