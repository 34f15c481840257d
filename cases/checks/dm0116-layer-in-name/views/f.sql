CREATE VIEW l1.l1_shops AS SELECT id FROM raw.shops;
