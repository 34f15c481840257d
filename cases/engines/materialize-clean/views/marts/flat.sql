CREATE VIEW marts.flat AS
SELECT u.id, e.key, e.value ->> 'x' AS x, t.tag
FROM raw.users u, jsonb_each(u.data) AS e, jsonb_array_elements_text(u.data -> 'tags') AS t(tag);
