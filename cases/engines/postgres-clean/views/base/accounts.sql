-- Living accounts; app.deleted_accounts are not in it.
CREATE MATERIALIZED VIEW base.accounts AS
SELECT
    a.id,
    a.parent_id,
    a.name,
    lower(a.email::text) AS email,
    (a.address).country AS country,
    a.plan_id,
    a.settings ->> 'locale' AS locale,
    COALESCE((a.settings #>> '{limits,seats}')::int, 1) AS seats,
    a.tags,
    a.created_at
FROM app.accounts a
WHERE NOT a.tags @> ARRAY['test'] AND a.ctid IS NOT NULL;

CREATE UNIQUE INDEX accounts_key ON base.accounts (id);
CREATE INDEX accounts_tags ON base.accounts USING gin (tags);
CREATE INDEX accounts_name ON base.accounts USING btree (lower(name) text_pattern_ops DESC NULLS LAST) INCLUDE (email) WHERE country IS NOT NULL;
COMMENT ON MATERIALIZED VIEW base.accounts IS E'Accounts\nwithout tests';
GRANT SELECT ON base.accounts TO reporting;
GRANT SELECT (id, name) ON base.accounts TO support;
