CREATE VIEW marts.objects AS
SELECT o.name, s.name AS schema_name FROM mz_objects o JOIN mz_catalog.mz_schemas s ON s.id = o.schema_id WHERE o.id NOT IN (SELECT object_id FROM mz_internal.mz_object_dependencies);
