-- PostgreSQL: heads of tables, schemas, grants, functions, and the statements that are kept whole.

-- case: table_plain
-- kind: table
-- name: raw.orders
-- reads: none
-- columns: id, net
CREATE TABLE raw.orders (id bigint PRIMARY KEY, net numeric(12, 2) NOT NULL DEFAULT 0);

-- case: table_everything
-- kind: table
-- name: raw.orders
-- reads: none
-- columns: id, shop_id, net, gross, note, span
CREATE TABLE IF NOT EXISTS raw.orders (
    id bigint GENERATED ALWAYS AS IDENTITY (START WITH 10) PRIMARY KEY,
    shop_id int REFERENCES raw.shops (id) ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED,
    net numeric(12, 2) CONSTRAINT positive CHECK (net >= 0),
    gross numeric GENERATED ALWAYS AS (net * 1.19) STORED,
    note text COLLATE "C" DEFAULT 'AS SELECT 1 FROM x; --',
    span tstzrange,
    LIKE raw.template INCLUDING ALL EXCLUDING INDEXES,
    CONSTRAINT one_at_a_time EXCLUDE USING gist (span WITH &&) WHERE (shop_id > 0),
    UNIQUE NULLS NOT DISTINCT (shop_id, note),
    FOREIGN KEY (shop_id) REFERENCES raw.shops
)
INHERITS (raw.base)
USING heap
WITH (fillfactor = 80)
TABLESPACE pg_default;

-- case: table_partitioned
-- kind: table
-- name: raw.events
-- reads: none
create table raw.events (at timestamptz not null, k text) partition by range (at, (lower(k)));

-- case: table_partition_of
-- kind: table
-- name: raw.events_2026
-- reads: none
CREATE TABLE raw.events_2026 PARTITION OF raw.events FOR VALUES FROM ('2026-01-01', MINVALUE) TO ('2027-01-01', MAXVALUE);

-- case: table_unlogged
-- kind: table
-- name: Stage.T
-- reads: none
CREATE UNLOGGED TABLE "Stage"."T" ("Select" int, "a b" text[]);

-- case: table_temp_on_commit
-- kind: table
-- name: scratch
-- reads: none
CREATE TEMP TABLE scratch (a int) ON COMMIT DROP;

-- case: table_of_type
-- kind: table
-- name: people
-- reads: none
CREATE TABLE people OF person_type (PRIMARY KEY (id), name WITH OPTIONS DEFAULT 'x');

-- case: foreign_table
-- kind: table
-- name: ext.orders
-- reads: none
CREATE FOREIGN TABLE ext.orders (id bigint OPTIONS (column_name 'ID')) SERVER shop OPTIONS (table_name 'orders');

-- case: table_as
-- kind: table-as
-- name: marts.snap
-- reads: core.orders
-- outputs: id, net
CREATE TABLE marts.snap AS SELECT id, net FROM core.orders WITH DATA;

-- case: table_as_everything
-- kind: table-as
-- name: marts.snap2
-- reads: a, s.b
-- columns: x, y
create unlogged table if not exists marts.snap2 (x, y) using heap with (fillfactor=50) tablespace pg_default
as with q as (select id from a) select q.id, b.v from q join s.b b on b.id = q.id with no data;

-- case: table_as_temp_on_commit
-- kind: table-as
-- name: t9
-- reads: a
CREATE TEMPORARY TABLE t9 ON COMMIT PRESERVE ROWS AS TABLE a;

-- case: select_into
-- kind: query
-- reads: a
-- writes: b
SELECT id INTO UNLOGGED b FROM a;

-- case: schema_plain
-- kind: schema
-- name: marts
CREATE SCHEMA marts;

-- case: schema_if_not_exists_authorization
-- kind: schema
-- name: My Marts
create schema if not exists "My Marts" authorization etl;

-- case: schema_authorization_only
-- kind: schema
-- name: etl
CREATE SCHEMA IF NOT EXISTS AUTHORIZATION etl;

-- case: schema_with_elements
-- kind: schema
-- name: tiny
CREATE SCHEMA tiny CREATE TABLE t (a int) CREATE VIEW v AS SELECT a FROM t;

-- case: function_dollar
-- kind: function
-- name: util.f
CREATE OR REPLACE FUNCTION util.f(a int, OUT b text) RETURNS text LANGUAGE plpgsql STABLE AS $body$
BEGIN
  b := $$ ; $$ || (SELECT count(*) FROM x.y);
END;
$body$;

-- case: function_begin_atomic
-- kind: function
-- name: total
CREATE FUNCTION total(shop int) RETURNS numeric LANGUAGE sql
BEGIN ATOMIC
  SELECT 1;
  SELECT sum(CASE WHEN net > 0 THEN net END) FROM core.orders WHERE shop_id = shop;
END;

-- case: function_return_expression
-- kind: function
-- name: util.Twice
CREATE FUNCTION util."Twice"(int DEFAULT 1) RETURNS int LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN $1 * 2;

-- case: function_returns_table
-- kind: function
-- name: util.t
create function util.t() returns table (id int, name text) as 'select 1, ''x;''' language sql set search_path = pg_catalog rows 10;

-- case: procedure
-- kind: opaque
CREATE PROCEDURE util.p(INOUT n int) LANGUAGE plpgsql AS $$ BEGIN n := n + 1; END; $$;

-- case: procedure_begin_atomic
-- kind: opaque
CREATE OR REPLACE PROCEDURE util.q() BEGIN ATOMIC INSERT INTO a VALUES (1); DELETE FROM a; END;

-- case: trigger
-- kind: opaque
CREATE OR REPLACE TRIGGER tr AFTER UPDATE OF net ON raw.orders REFERENCING NEW TABLE AS n FOR EACH STATEMENT WHEN (true) EXECUTE FUNCTION util.f();

-- case: rule
-- kind: opaque
CREATE RULE r AS ON INSERT TO bi.v DO INSTEAD (INSERT INTO t VALUES (new.x); NOTIFY changed);

-- case: policy
-- kind: opaque
CREATE POLICY p ON core.customers AS RESTRICTIVE FOR SELECT TO analyst USING (id IN (SELECT id FROM sec.allowed));

-- case: do_block
-- kind: opaque
DO LANGUAGE plpgsql $do$ BEGIN CREATE ROLE x; EXCEPTION WHEN duplicate_object THEN NULL; END $do$;

-- case: grant_select
-- kind: grant
-- name: marts.m
GRANT SELECT ON marts.m TO analyst;

-- case: grant_many
-- kind: grant
-- name: marts.m
-- also: bi.V
grant select, references on table marts.m, bi."V" to analyst, "Team A", public with grant option granted by current_user;

-- case: grant_columns
-- kind: grant
-- name: core.customers
GRANT SELECT (id, "Country"), UPDATE (note) ON core.customers TO analyst;

-- case: grant_schema
-- kind: grant
-- name: marts
-- also: bi
GRANT USAGE, CREATE ON SCHEMA marts, bi TO analyst;

-- case: grant_all_tables
-- kind: grant
-- name: marts
GRANT ALL PRIVILEGES ON ALL TABLES IN SCHEMA marts TO etl;

-- case: grant_function
-- kind: grant
-- name: util.f
GRANT EXECUTE ON FUNCTION util.f(int, text) TO analyst;

-- case: grant_role
-- kind: grant
GRANT finance, analyst TO anna WITH ADMIN OPTION;

-- case: revoke_select
-- kind: revoke
-- name: marts.m
REVOKE GRANT OPTION FOR SELECT ON marts.m FROM analyst CASCADE;

-- case: revoke_all
-- kind: revoke
-- name: Marts
revoke all on schema "Marts" from public restrict;

-- case: default_privileges
-- kind: opaque
ALTER DEFAULT PRIVILEGES FOR ROLE etl IN SCHEMA marts REVOKE SELECT ON TABLES FROM PUBLIC;

-- case: comment_on_table
-- kind: comment
-- name: raw.orders
COMMENT ON TABLE raw.orders IS U&'\0061;b';

-- case: comment_on_schema
-- kind: comment
-- name: marts
COMMENT ON SCHEMA marts IS 'for people';

-- case: comment_on_function
-- kind: comment
-- name: util.f
COMMENT ON FUNCTION util.f(int) IS 'f';

-- case: comment_on_constraint
-- kind: comment
-- name: raw.orders
-- part: positive
COMMENT ON CONSTRAINT positive ON raw.orders IS 'never below zero';

-- case: alter_table_add_column
-- kind: alter
-- name: raw.orders
ALTER TABLE IF EXISTS ONLY raw.orders ADD COLUMN IF NOT EXISTS channel text DEFAULT 'web', DROP COLUMN note;

-- case: alter_table_attach_partition
-- kind: alter
-- name: raw.events
ALTER TABLE raw.events ATTACH PARTITION raw.events_2027 DEFAULT;

-- case: alter_table_owner
-- kind: alter
-- name: marts.m
alter table marts.m owner to etl;

-- case: alter_schema
-- kind: alter
-- name: marts
ALTER SCHEMA marts RENAME TO marts_old;

-- case: alter_function
-- kind: alter
-- name: util.f
ALTER FUNCTION util.f(int) SET search_path = pg_catalog;

-- case: drop_table
-- kind: drop
-- name: raw.orders
-- also: raw.items
DROP TABLE IF EXISTS raw.orders, raw.items;

-- case: drop_schema
-- kind: drop
-- name: marts_old
DROP SCHEMA marts_old CASCADE;

-- case: drop_function
-- kind: drop
-- name: util.f
DROP FUNCTION IF EXISTS util.f(a int, OUT b text);

-- case: drop_trigger
-- kind: drop
-- name: raw.orders
-- part: tr
DROP TRIGGER IF EXISTS tr ON raw.orders;

-- case: drop_policy
-- kind: drop
-- name: core.customers
-- part: p
DROP POLICY p ON core.customers;

-- case: create_extension
-- kind: opaque
CREATE EXTENSION IF NOT EXISTS pg_trgm WITH SCHEMA util;

-- case: create_type
-- kind: opaque
CREATE TYPE mood AS ENUM ('a;', 'b');

-- case: create_sequence
-- kind: opaque
CREATE SEQUENCE raw.order_ids AS bigint START 100 OWNED BY raw.orders.id;

-- case: copy_from_file
-- kind: opaque
COPY raw.orders (id, net) FROM 'orders;1.csv' WITH (FORMAT csv, HEADER);

-- case: merge
-- kind: opaque
MERGE INTO t USING s ON s.id = t.id WHEN MATCHED THEN UPDATE SET v = s.v WHEN NOT MATCHED THEN INSERT VALUES (s.id, s.v);

-- case: explain
-- kind: opaque
EXPLAIN (ANALYZE, BUFFERS) SELECT x FROM t;

-- case: transaction
-- kind: opaque
BEGIN ISOLATION LEVEL REPEATABLE READ;

-- case: set_local
-- kind: opaque
SET LOCAL lock_timeout = '500ms';

-- case: vacuum
-- kind: opaque
VACUUM (ANALYZE, FREEZE) marts.m;

-- case: publication
-- kind: opaque
CREATE PUBLICATION p FOR TABLE raw.orders WHERE (id > 0);

-- case: subscription_of_replication
-- kind: opaque
CREATE SUBSCRIPTION s CONNECTION 'host=x; dbname=y' PUBLICATION p WITH (enabled = false);

-- case: security_label
-- kind: opaque
SECURITY LABEL FOR dummy ON TABLE raw.orders IS 'classified';
