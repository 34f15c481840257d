CREATE VIEW l2.l3_shops AS SELECT id FROM l1.l1_shops;
