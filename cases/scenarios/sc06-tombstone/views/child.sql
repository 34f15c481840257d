CREATE VIEW mart.child AS SELECT g.id FROM mart.gone AS g;
