CREATE VIEW marts.a (id, day, net, more) AS SELECT 1 AS id, 2 AS net;
CREATE VIEW marts.b AS SELECT day FROM marts.a;
