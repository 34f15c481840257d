CREATE VIEW marts.sizes AS
SELECT n.nspname AS schema_name, c.relname AS name, pg_total_relation_size(c.oid) AS bytes
FROM pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname IN ('base', 'marts') AND EXISTS (SELECT FROM information_schema.tables t WHERE t.table_name = c.relname);
