CREATE VIEW marts.a (id, day) AS SELECT 1 AS id, 2 AS net, 3 AS more;
CREATE VIEW marts.b (id, day) AS SELECT * FROM raw.unknown;
