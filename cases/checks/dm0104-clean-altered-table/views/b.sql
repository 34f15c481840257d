ALTER TABLE shop.orders ADD COLUMN net int;
ALTER TABLE shop.lines RENAME id TO number;
ALTER TABLE ONLY shop.days ADD CONSTRAINT k UNIQUE (id), ADD IF NOT EXISTS net int;
ALTER TABLE shop.kept ALTER id TYPE bigint;
