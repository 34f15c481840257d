CREATE VIEW mart.grandchild AS SELECT c.id FROM mart.child AS c JOIN mart.commented_out AS o ON o.id = c.id;
