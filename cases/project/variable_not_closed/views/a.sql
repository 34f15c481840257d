CREATE VIEW marts.a AS SELECT '${never_closed' AS a, '${a b}' AS b, ${
 1 AS c;
