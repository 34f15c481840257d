CREATE VIEW marts."SELECT" AS
SELECT "Der Tag", "Σ" FROM marts."Über ""Tag""";
