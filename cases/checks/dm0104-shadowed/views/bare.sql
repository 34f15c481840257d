CREATE VIEW marts.bare AS WITH c AS (SELECT id FROM sub.orders) SELECT net FROM c;
