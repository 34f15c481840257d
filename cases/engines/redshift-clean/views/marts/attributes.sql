CREATE VIEW marts.attributes AS
SELECT c.customer_id, c.attributes.segment::varchar AS segment, c.attributes.flags[0]."Name"::varchar AS flag, JSON_TYPEOF(c.attributes.tags) AS kind
FROM raw.customers c
WHERE IS_ARRAY(c.attributes.flags) AND c.attributes.deleted IS NULL;
