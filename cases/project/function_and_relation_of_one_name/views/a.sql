CREATE VIEW marts.orders AS SELECT 1 AS id;
CREATE FUNCTION marts.net(x int) RETURNS int LANGUAGE sql AS 'select x';
