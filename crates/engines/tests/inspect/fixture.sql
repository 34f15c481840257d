-- One of everything that an inspection tells of. It loads unchanged on PostgreSQL 13 to 18 as a
-- superuser; what only newer servers accept is in fixture.<major>.sql.

CREATE ROLE deployer;
CREATE ROLE anna;
CREATE ROLE "Odd Role";
CREATE ROLE readers;

CREATE SCHEMA raw;
CREATE SCHEMA marts AUTHORIZATION deployer;
CREATE SCHEMA bi;
CREATE SCHEMA elsewhere;
COMMENT ON SCHEMA marts IS 'what dashboards read';
GRANT USAGE ON SCHEMA marts TO readers, anna;

ALTER DEFAULT PRIVILEGES FOR ROLE deployer IN SCHEMA marts GRANT SELECT ON TABLES TO readers;
ALTER DEFAULT PRIVILEGES FOR ROLE deployer REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
ALTER DEFAULT PRIVILEGES FOR ROLE anna IN SCHEMA elsewhere GRANT SELECT ON TABLES TO readers;

-- Tables outside of the scope.

CREATE COLLATION raw.plain FROM "C";
CREATE SEQUENCE raw.numbers;
CREATE TABLE raw.customers (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text NOT NULL,
    email character varying(200) COLLATE raw.plain,
    country text DEFAULT 'DE'::text
);
CREATE TABLE raw.orders (
    id bigint DEFAULT nextval('raw.numbers') PRIMARY KEY,
    line serial,
    customer_id integer REFERENCES raw.customers (id),
    net numeric(12, 2),
    gross numeric(12, 2) GENERATED ALWAYS AS (net * 1.19) STORED,
    placed_at timestamp with time zone DEFAULT '2024-01-01 00:00:00+00',
    note text
);
CREATE TABLE raw.unread (x integer);

CREATE TABLE raw.events (at date NOT NULL, what text) PARTITION BY RANGE (at);
CREATE TABLE raw.events_2024 PARTITION OF raw.events FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE TABLE raw.events_rest PARTITION OF raw.events DEFAULT;

GRANT USAGE ON SCHEMA raw TO deployer;
GRANT SELECT ON raw.orders, raw.customers TO deployer;

-- The scope.

CREATE TABLE marts.settings (key text PRIMARY KEY, value text) WITH (fillfactor = 70);
CREATE UNLOGGED TABLE marts.cache (at integer);
CREATE TABLE marts.events_2025 (what text, at date NOT NULL);
ALTER TABLE raw.events DETACH PARTITION raw.events_rest;
DROP TABLE raw.events_rest;
ALTER TABLE raw.events ATTACH PARTITION marts.events_2025 FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
CREATE TABLE marts.base (id integer, kind text);
CREATE TABLE marts.child (extra text) INHERITS (marts.base);
CREATE TYPE marts.pair AS (a integer, b integer);

CREATE FOREIGN DATA WRAPPER nothing;
CREATE SERVER far FOREIGN DATA WRAPPER nothing;
CREATE FOREIGN TABLE marts.far_away (id integer, note text) SERVER far;

CREATE MATERIALIZED VIEW marts.orders_daily WITH (fillfactor = 80) AS
    SELECT c.country, o.placed_at::date AS day, sum(o.net) AS net, count(*) AS orders
    FROM raw.orders o JOIN raw.customers c ON c.id = o.customer_id
    GROUP BY 1, 2;
ALTER MATERIALIZED VIEW marts.orders_daily OWNER TO deployer;
COMMENT ON MATERIALIZED VIEW marts.orders_daily IS 'orders of a day';
COMMENT ON RULE "_RETURN" ON marts.orders_daily IS 'dormer:v1:a7k2m9qx';
COMMENT ON COLUMN marts.orders_daily.net IS 'without tax';
ALTER MATERIALIZED VIEW marts.orders_daily ALTER COLUMN country SET STATISTICS 500;
ALTER MATERIALIZED VIEW marts.orders_daily ALTER COLUMN day SET (n_distinct = -0.5);
ALTER MATERIALIZED VIEW marts.orders_daily ALTER COLUMN country SET STORAGE EXTERNAL;
CREATE UNIQUE INDEX orders_daily_key ON marts.orders_daily (country, day);
CREATE UNIQUE INDEX orders_daily_some ON marts.orders_daily (day) WHERE orders > 10;
CREATE INDEX orders_daily_lower ON marts.orders_daily (lower(country));
COMMENT ON INDEX marts.orders_daily_lower IS 'for the search page';
ALTER MATERIALIZED VIEW marts.orders_daily CLUSTER ON orders_daily_key;
CREATE STATISTICS marts.orders_daily_stats (dependencies) ON country, day FROM marts.orders_daily;
GRANT SELECT ON marts.orders_daily TO readers;
GRANT SELECT ON marts.orders_daily TO anna WITH GRANT OPTION;
GRANT SELECT (country, day) ON marts.orders_daily TO "Odd Role", PUBLIC;

CREATE MATERIALIZED VIEW marts.orders_count AS SELECT count(*) AS orders FROM marts.orders_daily WITH NO DATA;
CREATE VIEW marts.orders_barrier WITH (security_barrier) AS
    SELECT day, net FROM marts.orders_daily WHERE country = 'DE';
REVOKE ALL ON marts.orders_barrier FROM CURRENT_USER;
COMMENT ON RULE "_RETURN" ON marts.orders_barrier IS 'somebody else wrote this';
CREATE VIEW marts.settings_some WITH (check_option = local) AS SELECT key, value FROM marts.settings WHERE key LIKE 'a%';
CREATE VIEW marts."Odd ""View""" AS SELECT 1 AS "Odd Column", interval '1 day' AS span, timestamptz '2024-01-01 00:00:00+00' AS at;
CREATE SEQUENCE marts.tickets;
CREATE VIEW marts.of_extension AS SELECT 1 AS one;
ALTER EXTENSION plpgsql ADD VIEW marts.of_extension;

-- Other people's objects that stand on the scope, through any number of hands.

CREATE VIEW bi.weekly AS SELECT date_trunc('week', day) AS week, sum(net) AS net FROM marts.orders_barrier GROUP BY 1;
ALTER VIEW bi.weekly OWNER TO anna;
GRANT SELECT ON bi.weekly TO PUBLIC;
CREATE FUNCTION bi.days() RETURNS SETOF marts.orders_daily LANGUAGE sql SET search_path = pg_catalog
    AS 'SELECT * FROM marts.orders_daily';
COMMENT ON FUNCTION bi.days() IS 'by row type';
CREATE FUNCTION bi.text_only() RETURNS bigint LANGUAGE sql AS 'SELECT count(*) FROM marts.orders_daily';
CREATE VIEW bi.through_function AS SELECT country, day FROM bi.days();
CREATE TABLE bi.snapshots (taken integer, was marts.orders_daily, many marts.orders_daily[]);
CREATE TABLE bi.guarded (country text, day date);
ALTER TABLE bi.guarded ENABLE ROW LEVEL SECURITY;
ALTER TABLE bi.guarded FORCE ROW LEVEL SECURITY;
CREATE POLICY seen ON bi.guarded FOR SELECT TO anna, readers
    USING (EXISTS (SELECT FROM marts.orders_daily d WHERE d.country = guarded.country));
CREATE POLICY wide ON bi.guarded AS RESTRICTIVE USING (true) WITH CHECK (country <> 'XX');
COMMENT ON POLICY seen ON bi.guarded IS 'only what was sold';
CREATE VIEW bi.reads_guarded AS SELECT country FROM bi.guarded;
CREATE TABLE bi.numbered (id bigint DEFAULT nextval('marts.tickets'), x integer);
CREATE RULE log_it AS ON INSERT TO bi.numbered DO ALSO UPDATE marts.settings SET value = new.x::text WHERE key = 'last';
COMMENT ON RULE log_it ON bi.numbered IS 'keeps the last';
CREATE FUNCTION marts.stamp() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END';
CREATE TRIGGER stamps BEFORE UPDATE ON marts.settings FOR EACH ROW WHEN (old.value IS DISTINCT FROM new.value) EXECUTE FUNCTION marts.stamp();
CREATE TRIGGER weekly_writes INSTEAD OF INSERT ON bi.weekly FOR EACH ROW EXECUTE FUNCTION marts.stamp();
COMMENT ON TRIGGER stamps ON marts.settings IS 'says when';
ALTER TABLE marts.settings DISABLE TRIGGER stamps;
CREATE PUBLICATION some_tables FOR TABLE marts.settings;
CREATE PUBLICATION everything FOR ALL TABLES;

-- What is not reached.

CREATE VIEW elsewhere.unread AS SELECT x FROM raw.unread;
