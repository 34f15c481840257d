-- RisingWave: tables and sources.

-- case: source_kafka_json
-- kind: source
-- name: kafka_orders
-- reads: none
-- columns: id, shop_id, net, at
CREATE SOURCE kafka_orders (id bigint, shop_id int, net numeric, at timestamptz)
WITH (connector = 'kafka', topic = 'orders', properties.bootstrap.server = 'broker:9092', scan.startup.mode = 'earliest')
FORMAT PLAIN ENCODE JSON;

-- case: source_if_not_exists_watermark
-- kind: source
-- name: raw.clicks
-- reads: none
CREATE SOURCE IF NOT EXISTS raw.clicks (
    user_id bigint,
    at timestamp,
    proc_at timestamptz AS proctime(),
    WATERMARK FOR at AS at - INTERVAL '5 SECONDS'
) WITH (
    connector = 'kafka',
    topic = 'clicks'
) FORMAT PLAIN ENCODE JSON (timestamptz.handling.mode = 'utc_string');

-- case: source_avro_registry
-- kind: source
-- name: Avro Events
-- reads: none
CREATE SOURCE "Avro Events" INCLUDE KEY AS k INCLUDE PARTITION AS p INCLUDE OFFSET INCLUDE HEADER 'trace' bytea AS trace
WITH (connector = 'kafka', topic = 'events') FORMAT PLAIN ENCODE AVRO (schema.registry = 'http://registry:8081');

-- case: source_star_columns
-- kind: source
-- name: proto_events
-- reads: none
CREATE SOURCE proto_events (*, gen int AS id + 1) WITH (connector = 'pulsar', topic = 't')
FORMAT PLAIN ENCODE PROTOBUF (message = 'shop.Order', schema.location = 's3://bucket/x.proto');

-- case: source_cdc_shared
-- kind: source
-- name: pg_shop
-- reads: none
create source pg_shop with (connector = 'postgres-cdc', hostname = 'db', port = '5432', username = 'rw', password = secret pg_pw, database.name = 'shop', slot.name = 'rw');

-- case: source_datagen
-- kind: source
-- name: gen
-- reads: none
CREATE SOURCE gen (v int, s struct<a int, b varchar>, l int[]) WITH (connector = 'datagen', fields.v.kind = 'sequence', datagen.rows.per.second = '10');

-- case: source_nexmark
-- kind: source
-- name: bids
-- reads: none
CREATE SOURCE bids WITH (connector = 'nexmark', nexmark.table.type = 'Bid');

-- case: source_temporary
-- kind: source
-- name: peek
-- reads: none
CREATE TEMPORARY SOURCE peek (a int) WITH (connector = 'kafka', topic = 'x') FORMAT PLAIN ENCODE JSON;

-- case: source_from_connection
-- kind: source
-- name: s2
-- reads: none
CREATE SOURCE s2 (a int) WITH (connector = 'kafka', connection = kafka_conn, topic = 'a') FORMAT UPSERT ENCODE JSON;

-- case: table_plain
-- kind: table
-- name: core.customers
-- reads: none
-- columns: id, email, created_at
CREATE TABLE core.customers (id bigint PRIMARY KEY, email varchar NOT NULL, created_at timestamptz DEFAULT now());

-- case: table_composite_key_conflict
-- kind: table
-- name: t1
-- reads: none
CREATE TABLE t1 (a int, b int, v int, ver bigint, PRIMARY KEY (a, b)) ON CONFLICT DO UPDATE IF NOT NULL WITH VERSION COLUMN (ver);

-- case: table_conflict_ignore
-- kind: table
-- name: t2
-- reads: none
create table if not exists T2 (a int primary key) on conflict ignore;

-- case: table_append_only_watermark
-- kind: table
-- name: clicks
-- reads: none
CREATE TABLE clicks (id int, at timestamptz, WATERMARK FOR at AS at - INTERVAL '1 minute') APPEND ONLY WITH (retention_seconds = 3600);

-- case: table_generated_column
-- kind: table
-- name: items
-- reads: none
-- columns: qty, price, total
CREATE TABLE items (qty int, price numeric, total numeric AS qty * price) APPEND ONLY;

-- case: table_with_connector
-- kind: table
-- name: k
-- reads: none
CREATE TABLE k (id int, v varchar, PRIMARY KEY (id)) INCLUDE TIMESTAMP AS ts INCLUDE KEY AS rw_key
WITH (connector = 'kafka', topic = 't') FORMAT UPSERT ENCODE JSON (schema.registry = 'http://registry:8081');

-- case: table_from_cdc_source
-- kind: table
-- name: raw.orders
-- reads: pg_shop
CREATE TABLE raw.orders (id bigint PRIMARY KEY, net numeric) WITH (snapshot = 'true') FROM pg_shop TABLE 'public.orders';

-- case: table_from_cdc_source_star
-- kind: table
-- name: raw.items
-- reads: cdc.Pg Shop
CREATE TABLE raw.items (*) INCLUDE timestamp AS committed_at FROM cdc."Pg Shop" TABLE 'public.items';

-- case: table_from_webhook
-- kind: table
-- name: hooks
-- reads: none
CREATE TABLE hooks (data jsonb) WITH (connector = 'webhook')
VALIDATE SECRET hook_key AS secure_compare(headers->>'x-signature', 'sha256=' || encode(hmac(hook_key, data, 'sha256'), 'hex'));

-- case: table_engine_iceberg
-- kind: table
-- name: lake_orders
-- reads: none
CREATE TABLE lake_orders (id int PRIMARY KEY, v varchar) WITH (commit_checkpoint_interval = 1) ENGINE = iceberg;

-- case: table_nested_types
-- kind: table
-- name: nested
-- reads: none
-- columns: id, s, m, l
CREATE TABLE nested (id int, s struct<x int, y struct<z varchar[]>>, m map(varchar, int), l double precision[][]);

-- case: table_as
-- kind: table-as
-- name: snap
-- reads: core.orders
-- outputs: id
CREATE TABLE snap AS SELECT id FROM core.orders;

-- case: table_as_append_only
-- kind: table-as
-- name: marts.snap2
-- reads: core.orders, core.shops
CREATE TABLE IF NOT EXISTS marts.snap2 APPEND ONLY AS SELECT o.id, s.name FROM core.orders o, core.shops s WHERE s.id = o.shop_id;

-- case: alter_table_add_column
-- kind: alter
-- name: core.customers
ALTER TABLE core.customers ADD COLUMN phone varchar DEFAULT '';

-- case: alter_table_swap
-- kind: alter
-- name: core.customers
ALTER TABLE core.customers SWAP WITH customers_new;

-- case: drop_table
-- kind: drop
-- name: core.customers
DROP TABLE IF EXISTS core.customers;

-- case: insert_returning
-- kind: opaque
INSERT INTO core.customers (id, email) VALUES (1, 'a@b.c') RETURNING id;
