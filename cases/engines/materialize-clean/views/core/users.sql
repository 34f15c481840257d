CREATE VIEW core.users AS
SELECT id, manager_id, data ->> 'name' AS name, (data -> 'address' ->> 'zip')::text AS zip
FROM raw.users;

COMMENT ON VIEW core.users IS 'Users, unpacked';
