-- Materialize: heads of views, sources, sinks, tables and indexes, and what is done to them afterwards.

-- case: mv_plain
-- kind: materialized-view
-- name: marts.orders_daily
-- reads: core.orders
-- outputs: day, revenue
CREATE MATERIALIZED VIEW marts.orders_daily AS SELECT day, sum(net) AS revenue FROM core.orders GROUP BY day;

-- case: mv_in_cluster
-- kind: materialized-view
-- name: marts.m1
-- reads: core.orders
CREATE MATERIALIZED VIEW IF NOT EXISTS marts.m1 IN CLUSTER compute AS SELECT id FROM core.orders;

-- case: mv_all_options
-- kind: materialized-view
-- name: shop.marts.m2
-- reads: shop.core.orders
-- columns: order_id, day
CREATE MATERIALIZED VIEW shop.marts.m2 (order_id, day)
IN CLUSTER "Compute 1"
WITH (
    ASSERT NOT NULL order_id,
    ASSERT NOT NULL = day,
    PARTITION BY (day),
    RETAIN HISTORY FOR '1h',
    REFRESH AT CREATION,
    REFRESH EVERY '1 day' ALIGNED TO '2026-01-01 03:00:00'
)
AS SELECT id, day FROM shop.core.orders;

-- case: mv_refresh_every
-- kind: materialized-view
-- name: m3
-- reads: t
create materialized view m3 in cluster c with (refresh every '1 hour') as select x from t;

-- case: mv_refresh_on_commit
-- kind: materialized-view
-- name: m4
-- reads: t
CREATE MATERIALIZED VIEW m4 WITH (REFRESH = ON COMMIT) AS SELECT x FROM t;

-- case: mv_refresh_at
-- kind: materialized-view
-- name: m5
-- reads: t
CREATE MATERIALIZED VIEW m5 WITH (REFRESH AT mz_now()::text::int8 + 1000, REFRESH AT '2026-06-01') AS SELECT x FROM t;

-- case: mv_or_replace
-- kind: materialized-view
-- name: m6
-- reads: t
CREATE OR REPLACE MATERIALIZED VIEW m6 IN CLUSTER c AS SELECT x FROM t;

-- case: mv_replacement
-- kind: materialized-view
-- name: marts.orders_daily__r
-- reads: core.orders
-- outputs: day, revenue
-- replaces: marts.orders_daily
CREATE REPLACEMENT MATERIALIZED VIEW marts.orders_daily__r FOR marts.orders_daily IN CLUSTER compute AS
SELECT day, sum(net) - 0 AS revenue FROM core.orders GROUP BY day;

-- case: mv_replacement_options
-- kind: materialized-view
-- name: r2
-- reads: s.t
-- replaces: S.M
create replacement materialized view R2 for "S"."M" with (retain history for '2h') as select x from s.t;

-- case: mv_odd_space_and_comments
-- kind: materialized-view
-- name: marts.odd
-- reads: core.t
Create /* a */ MATERIALIZED
  View Marts.Odd In	-- where
  Cluster compute/* AS SELECT 1 FROM never */As
select x from Core.T;

-- case: mv_quoted_names_stay
-- kind: materialized-view
-- name: Marts.Orders
-- reads: Core.Orders
CREATE MATERIALIZED VIEW "Marts"."Orders" IN CLUSTER [u7] AS SELECT "Id" FROM "Core"."Orders";

-- case: view_plain
-- kind: view
-- name: bi.v
-- reads: marts.orders
CREATE VIEW bi.v AS SELECT id, net FROM marts.orders;

-- case: view_or_replace
-- kind: view
-- name: bi.v
-- reads: marts.orders
-- columns: a, b
CREATE OR REPLACE VIEW bi.v (a, b) AS SELECT id, net FROM marts.orders;

-- case: view_temp
-- kind: view
-- name: v_temp
-- reads: marts.orders
CREATE TEMPORARY VIEW IF NOT EXISTS v_temp AS SELECT id FROM marts.orders;

-- case: index_plain
-- kind: index
-- name: orders_idx
-- reads: marts.orders
CREATE INDEX orders_idx ON marts.orders (shop_id, day);

-- case: index_in_cluster
-- kind: index
-- name: orders_idx
-- reads: marts.orders
CREATE INDEX IF NOT EXISTS orders_idx IN CLUSTER serving ON marts.orders USING ARRANGEMENT (shop_id, upper(status)) WITH (RETAIN HISTORY FOR '1h');

-- case: index_without_name
-- kind: index
-- reads: marts.orders
CREATE INDEX ON marts.orders (shop_id);

-- case: index_default
-- kind: index
-- reads: marts.orders
CREATE DEFAULT INDEX ON marts.orders;

-- case: index_default_in_cluster
-- kind: index
-- reads: Marts.Orders
create default index in cluster serving on "Marts"."Orders";

-- case: source_kafka
-- kind: source
-- name: raw.orders
-- reads: none
CREATE SOURCE raw.orders IN CLUSTER ingest
FROM KAFKA CONNECTION kafka_conn (TOPIC 'orders', START OFFSET (0, 10, 100))
KEY FORMAT TEXT VALUE FORMAT AVRO USING CONFLUENT SCHEMA REGISTRY CONNECTION csr_conn
INCLUDE PARTITION AS part, OFFSET, TIMESTAMP AS at
ENVELOPE UPSERT
WITH (RETAIN HISTORY FOR '1 day');

-- case: source_kafka_json
-- kind: source
-- name: k2
-- reads: none
create source if not exists k2 from kafka connection "Kafka" (topic 't') format json envelope none expose progress as k2_progress;

-- case: source_postgres_all_tables
-- kind: source
-- name: pg
-- reads: none
CREATE SOURCE pg IN CLUSTER ingest FROM POSTGRES CONNECTION pg_conn (PUBLICATION 'mz', TEXT COLUMNS (public.orders.status)) FOR ALL TABLES;

-- case: source_postgres_for_tables
-- kind: source
-- name: pg2
-- reads: none
CREATE SOURCE pg2 FROM POSTGRES CONNECTION pg_conn (PUBLICATION 'mz') FOR TABLES (public.orders AS raw_orders, public.items);

-- case: source_mysql
-- kind: source
-- name: my
-- reads: none
CREATE SOURCE my FROM MYSQL CONNECTION my_conn (EXCLUDE COLUMNS (shop.t.blob)) FOR SCHEMAS (shop);

-- case: source_load_generator
-- kind: source
-- name: auction
-- reads: none
CREATE SOURCE auction FROM LOAD GENERATOR AUCTION (TICK INTERVAL '1s') FOR ALL TABLES;

-- case: source_webhook
-- kind: source
-- name: hooks
-- reads: none
CREATE SOURCE hooks IN CLUSTER ingest FROM WEBHOOK BODY FORMAT JSON INCLUDE HEADERS
CHECK (WITH (HEADERS, BODY, SECRET hook_key AS key) constant_time_eq(headers->'x-sig', hmac(body, key, 'sha256')));

-- case: table_plain
-- kind: table
-- name: core.customers
-- reads: none
-- columns: id, email, tags
CREATE TABLE core.customers (id bigint NOT NULL, email text, tags text list, PRIMARY KEY (id)) WITH (RETAIN HISTORY = FOR '1h');

-- case: table_temp
-- kind: table
-- name: scratch
-- reads: none
CREATE TEMP TABLE scratch (a int DEFAULT 1, m map[text => int]);

-- case: table_from_source
-- kind: table
-- name: raw.orders
-- reads: pg
CREATE TABLE raw.orders FROM SOURCE pg (REFERENCE public.orders) WITH (TEXT COLUMNS (status));

-- case: table_from_source_columns
-- kind: table
-- name: raw.items
-- reads: ingest.Pg
CREATE TABLE raw.items (id, sku) FROM SOURCE ingest."Pg" (REFERENCE = "public"."items");

-- case: sink_kafka
-- kind: sink
-- name: sinks.orders
-- reads: marts.orders
CREATE SINK sinks.orders IN CLUSTER sinks FROM marts.orders
INTO KAFKA CONNECTION kafka_conn (TOPIC 'orders', COMPRESSION TYPE 'lz4')
KEY (id) NOT ENFORCED
FORMAT AVRO USING CONFLUENT SCHEMA REGISTRY CONNECTION csr_conn (DOC ON TYPE marts.orders = 'an order')
ENVELOPE UPSERT;

-- case: sink_json_debezium
-- kind: sink
-- name: s2
-- reads: marts.m
CREATE SINK IF NOT EXISTS s2 FROM marts.m INTO KAFKA CONNECTION k (TOPIC 't', PARTITION BY = seahash(id::text)) KEY (id) HEADERS h FORMAT JSON ENVELOPE DEBEZIUM WITH (SNAPSHOT = false);

-- case: sink_key_value_format
-- kind: sink
-- name: s3
-- reads: M
create sink s3 from "M" into kafka connection k (topic 't') key (a, b) key format text value format json envelope upsert;

-- case: schema
-- kind: schema
-- name: shop.marts
CREATE SCHEMA IF NOT EXISTS shop.marts;

-- case: alter_mv_apply_replacement
-- kind: alter
-- name: marts.orders_daily
ALTER MATERIALIZED VIEW marts.orders_daily APPLY REPLACEMENT marts.orders_daily__r;

-- case: alter_mv_retain_history
-- kind: alter
-- name: marts.m
ALTER MATERIALIZED VIEW marts.m SET (RETAIN HISTORY FOR '2h');

-- case: alter_mv_reset
-- kind: alter
-- name: marts.m
alter materialized view if exists MARTS.m reset (retain history);

-- case: alter_schema_swap
-- kind: alter
-- name: shop.marts
ALTER SCHEMA shop.marts SWAP WITH marts__dormer;

-- case: alter_cluster_swap
-- kind: alter
-- name: compute
ALTER CLUSTER compute SWAP WITH compute__dormer;

-- case: alter_sink_set_from
-- kind: alter
-- name: sinks.orders
ALTER SINK sinks.orders SET FROM shop.marts.orders;

-- case: alter_source_add_subsource
-- kind: alter
-- name: pg
ALTER SOURCE pg ADD SUBSOURCE public.refunds AS raw_refunds;

-- case: alter_view_owner
-- kind: alter
-- name: bi.v
ALTER VIEW bi.v OWNER TO analyst;

-- case: alter_index_retain
-- kind: alter
-- name: orders_idx
ALTER INDEX orders_idx SET (RETAIN HISTORY FOR '1h');

-- case: drop_mv
-- kind: drop
-- name: marts.m
DROP MATERIALIZED VIEW IF EXISTS marts.m RESTRICT;

-- case: drop_many
-- kind: drop
-- name: shop.bi.v1
-- also: bi.V2
DROP VIEW shop.bi.v1, bi."V2" CASCADE;

-- case: drop_cluster
-- kind: drop
-- name: compute__dormer
DROP CLUSTER compute__dormer CASCADE;

-- case: comment_on_mv
-- kind: comment
-- name: marts.orders_daily
COMMENT ON MATERIALIZED VIEW marts.orders_daily IS 'dormer; not the end';

-- case: comment_on_column
-- kind: comment
-- name: marts.orders_daily
-- part: revenue
COMMENT ON COLUMN marts.orders_daily.revenue IS 'net';

-- case: comment_on_cluster
-- kind: comment
-- name: compute
COMMENT ON CLUSTER compute IS NULL;

-- case: grant_select
-- kind: grant
-- name: marts.orders_daily
GRANT SELECT ON marts.orders_daily TO analyst, anna;

-- case: grant_usage_cluster
-- kind: grant
-- name: serving
GRANT USAGE, CREATE ON CLUSTER serving TO analyst;

-- case: grant_all_tables_in_schema
-- kind: grant
-- name: marts
GRANT SELECT ON ALL TABLES IN SCHEMA marts TO analyst;

-- case: grant_role
-- kind: grant
GRANT analyst TO anna;

-- case: revoke_usage
-- kind: revoke
-- name: shop.marts
REVOKE USAGE ON SCHEMA shop.marts FROM PUBLIC;

-- case: default_privileges
-- kind: opaque
ALTER DEFAULT PRIVILEGES FOR ROLE etl IN SCHEMA marts GRANT SELECT ON TABLES TO analyst;

-- case: create_connection
-- kind: opaque
CREATE CONNECTION kafka_conn TO KAFKA (BROKER 'broker:9092', SASL MECHANISMS = 'PLAIN', SASL PASSWORD = SECRET kafka_pw);

-- case: create_secret
-- kind: opaque
CREATE SECRET kafka_pw AS 'a;b';

-- case: create_cluster
-- kind: opaque
CREATE CLUSTER compute (SIZE = '100cc', REPLICATION FACTOR = 2, SCHEDULE = ON REFRESH (HYDRATION TIME ESTIMATE = '1 hour'));

-- case: create_type
-- kind: opaque
CREATE TYPE tag_list AS LIST (ELEMENT TYPE = text);

-- case: subscribe_relation
-- kind: opaque
SUBSCRIBE TO marts.orders_daily WITH (SNAPSHOT = false, PROGRESS) AS OF AT LEAST 100 UP TO 200;

-- case: subscribe_query
-- kind: opaque
SUBSCRIBE (SELECT id FROM marts.orders) ENVELOPE UPSERT (KEY (id));

-- case: copy_subscribe
-- kind: opaque
COPY (SUBSCRIBE TO marts.orders_daily) TO STDOUT;

-- case: explain
-- kind: opaque
EXPLAIN OPTIMIZED PLAN WITH (humanized expressions) AS TEXT FOR MATERIALIZED VIEW marts.orders_daily;

-- case: set_cluster
-- kind: opaque
SET cluster = compute;

-- case: show_create
-- kind: opaque
SHOW CREATE MATERIALIZED VIEW marts.orders_daily;
