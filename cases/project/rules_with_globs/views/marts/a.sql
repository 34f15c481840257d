-- dormer: tags = ["finance"]
CREATE VIEW marts.a AS SELECT 1 AS id;
CREATE VIEW "Marts"."A.b" AS SELECT 1 AS id;
