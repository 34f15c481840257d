CREATE VIEW marts.self AS SELECT id FROM marts.self;
