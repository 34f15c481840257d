CREATE VIEW sub.b AS SELECT a.id FROM sub.a a JOIN sub.z z ON a.id = z.id;
