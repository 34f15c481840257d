CREATE VIEW bi."Anna's $1 \ view" AS SELECT "Der Tag", "a;b" FROM marts."Über ""Tag""";
