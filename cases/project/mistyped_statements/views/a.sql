CREAT VIEW marts.a AS SELECT 1 AS id;
CREATE VEIW marts.b AS SELECT 1 AS id;
CREATE OR REPLACE
  MATERIALISED VIEW marts.c AS SELECT 1 AS id;
hello world;
CREATE POLICY p ON marts.orders USING (true);
-- dormer owner = "finance"
CREATE VIEW marts.d AS SELECT 1 AS id;
-- Dormer: audit "there are rows"
SELECT * FROM marts.d;
-- dormer is fine as a word
CREATE VIEW marts.e AS;
CREATE VIEW
