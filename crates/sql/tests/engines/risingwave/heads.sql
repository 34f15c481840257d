-- RisingWave: heads of views, sinks, subscriptions, indexes and functions, and what is done to them afterwards.

-- case: mv_plain
-- kind: materialized-view
-- name: orders_daily
-- reads: orders
-- outputs: day, revenue
CREATE MATERIALIZED VIEW orders_daily AS SELECT day, sum(net) AS revenue FROM orders GROUP BY day;

-- case: mv_if_not_exists_schema
-- kind: materialized-view
-- name: marts.orders_daily
-- reads: core.orders
CREATE MATERIALIZED VIEW IF NOT EXISTS marts.orders_daily AS SELECT day, sum(net) AS revenue FROM core.orders GROUP BY day;

-- case: mv_with_options
-- kind: materialized-view
-- name: marts.m1
-- reads: core.orders
CREATE MATERIALIZED VIEW marts.m1
WITH (resource_group = 'heavy', source_rate_limit = 1000, backfill_rate_limit = 500)
AS SELECT id, net FROM core.orders;

-- case: mv_with_backfill_order
-- kind: materialized-view
-- name: m2
-- reads: dims, facts, more
CREATE MATERIALIZED VIEW m2 WITH (backfill_order = FIXED(dims -> facts, public.more -> facts)) AS
SELECT f.id, d.name, m.v FROM facts f JOIN dims d ON d.id = f.dim_id JOIN more m ON m.id = f.id;

-- case: mv_with_backfill_order_auto
-- kind: materialized-view
-- name: m3
-- reads: facts
CREATE MATERIALIZED VIEW m3 WITH (backfill_order = AUTO) AS SELECT id FROM facts;

-- case: mv_serverless_backfill
-- kind: materialized-view
-- name: m4
-- reads: facts
create materialized view m4 with (cloud.serverless_backfill_enabled = true) as select id from facts;

-- case: mv_refresh_interval
-- kind: materialized-view
-- name: m5
-- reads: facts
CREATE MATERIALIZED VIEW m5 WITH (refresh.interval.sec = 60) AS SELECT id FROM facts;

-- case: mv_emit_on_window_close
-- kind: materialized-view
-- name: marts.clicks_minutely
-- reads: clicks
-- outputs: window_start, n
CREATE MATERIALIZED VIEW marts.clicks_minutely AS
SELECT window_start, count(*) AS n
FROM TUMBLE(clicks, at, INTERVAL '1 MINUTE')
GROUP BY window_start
EMIT ON WINDOW CLOSE;

-- case: mv_emit_immediately
-- kind: materialized-view
-- name: m6
-- reads: clicks
-- outputs: n
CREATE MATERIALIZED VIEW m6 AS SELECT count(*) AS n FROM clicks EMIT IMMEDIATELY;

-- case: mv_column_list
-- kind: materialized-view
-- name: m7
-- reads: t
-- outputs: x, y
-- columns: a, b
CREATE MATERIALIZED VIEW m7 (a, b) AS SELECT x, y FROM t;

-- case: mv_column_list_and_options
-- kind: materialized-view
-- name: m8
-- reads: t
-- columns: a, B
CREATE MATERIALIZED VIEW m8 (a, "B") WITH (parallelism = 4) AS SELECT x, y FROM t;

-- case: mv_quoted_names_stay
-- kind: materialized-view
-- name: Marts.Orders Daily
-- reads: Core.Orders
CREATE MATERIALIZED VIEW "Marts"."Orders Daily" AS SELECT "Id" FROM "Core"."Orders";

-- case: mv_zero_down_temp_name
-- kind: materialized-view
-- name: public.orders_dbt_zero_down_tmp_20260102T030405_000001+0000
-- reads: public.orders_src
CREATE MATERIALIZED VIEW public."orders_dbt_zero_down_tmp_20260102T030405_000001+0000" AS SELECT id FROM public.orders_src;

-- case: mv_odd_space_case_comments
-- kind: materialized-view
-- name: marts.odd
-- reads: core.t
-- outputs: x
cReate/*1*/Materialized	VIEW
  if not	exists Marts
  .odd with -- options
  ( source_rate_limit=10 /* AS SELECT 1 FROM nothing */ ) As
select x from CORE.T emit
   on  window close;

-- case: mv_or_replace
-- kind: materialized-view
-- name: m9
-- reads: t
CREATE OR REPLACE MATERIALIZED VIEW m9 AS SELECT x FROM t;

-- case: mv_over_source_and_mv
-- kind: materialized-view
-- name: m10
-- reads: kafka_orders, marts.shops
CREATE MATERIALIZED VIEW m10 AS SELECT o.id, s.name FROM kafka_orders o JOIN marts.shops s ON s.id = o.shop_id;

-- case: view_plain
-- kind: view
-- name: bi.orders
-- reads: marts.orders
CREATE VIEW bi.orders AS SELECT id, net FROM marts.orders;

-- case: view_column_list
-- kind: view
-- name: bi.v
-- reads: marts.orders
-- columns: a, b
CREATE VIEW IF NOT EXISTS bi.v (a, b) AS SELECT id, net FROM marts.orders;

-- case: index_plain
-- kind: index
-- name: orders_day
-- reads: marts.orders
CREATE INDEX orders_day ON marts.orders (day);

-- case: index_include_distributed
-- kind: index
-- name: orders_shop
-- reads: marts.orders
CREATE INDEX IF NOT EXISTS orders_shop ON marts.orders (shop_id DESC NULLS LAST, day) INCLUDE (net, status) DISTRIBUTED BY (shop_id);

-- case: index_on_expression
-- kind: index
-- name: customers_mail
-- reads: Customers
create index customers_mail on "Customers"(lower(email)) include (id);

-- case: index_vector
-- kind: index
-- name: docs_vec
-- reads: docs
CREATE INDEX docs_vec ON docs USING HNSW (embedding) INCLUDE (title) WITH (distance_type = 'l2', m = 32);

-- case: index_dbt_name
-- kind: index
-- name: __dbt_index_orders_day_shop_id
-- reads: public.orders
CREATE INDEX "__dbt_index_orders_day_shop_id" ON public.orders (day, shop_id);

-- case: sink_from
-- kind: sink
-- name: orders_out
-- reads: marts.orders
CREATE SINK orders_out FROM marts.orders WITH (connector = 'kafka', topic = 'orders', properties.bootstrap.server = 'broker:9092')
FORMAT UPSERT ENCODE JSON;

-- case: sink_as_select
-- kind: sink
-- name: out.s2
-- reads: core.customers, marts.orders
-- outputs: id, mail
CREATE SINK IF NOT EXISTS out.s2 AS
SELECT o.id, c.email AS mail FROM marts.orders o JOIN core.customers c ON c.id = o.customer_id
WITH (connector = 'jdbc', jdbc.url = 'jdbc:postgresql://db/x?from=y.z', type = 'upsert', primary_key = 'id');

-- case: sink_into_from
-- kind: sink
-- name: s3
-- reads: marts.orders
-- writes: archive.orders
CREATE SINK s3 INTO archive.orders FROM marts.orders WITH (type = 'append-only', force_append_only = 'true');

-- case: sink_into_as
-- kind: sink
-- name: s4
-- reads: a, b
-- writes: t
CREATE SINK s4 INTO t AS SELECT id, v FROM a UNION ALL SELECT id, v FROM b;

-- case: sink_into_columns
-- kind: sink
-- name: s5
-- reads: marts.m
-- writes: t
CREATE SINK s5 INTO t (id, v) AS SELECT id, v FROM marts.m WITH (snapshot = 'false');

-- case: sink_iceberg_with_secret
-- kind: sink
-- name: s6
-- reads: marts.m
create sink s6 from marts.m with (connector='iceberg', s3.access.key = secret lake_key, database.name = 'db', table.name = 't', create_table_if_not_exists = true);

-- case: sink_format_key_encode
-- kind: sink
-- name: s7
-- reads: marts.m
CREATE SINK s7 FROM marts.m WITH (connector = 'kafka', topic = 't', primary_key = 'id')
FORMAT DEBEZIUM ENCODE AVRO (schema.registry = 'http://registry:8081') KEY ENCODE TEXT;

-- case: sink_with_cte
-- kind: sink
-- name: s8
-- reads: a, b
CREATE SINK s8 AS WITH q AS (SELECT id FROM a) SELECT q.id, b.v FROM q JOIN b ON b.id = q.id WITH (connector = 'blackhole');

-- case: sink_emit_on_window_close
-- kind: sink
-- name: s9
-- reads: clicks
CREATE SINK s9 AS SELECT window_start, count(*) AS n FROM TUMBLE(clicks, at, INTERVAL '1 HOUR') GROUP BY window_start EMIT ON WINDOW CLOSE
WITH (connector = 'blackhole');

-- case: replace_sink
-- kind: sink
-- name: s10
-- reads: marts.m_new
REPLACE SINK s10 FROM marts.m_new WITH (connector = 'kafka', topic = 't', snapshot = 'false') FORMAT PLAIN ENCODE JSON (force_append_only = 'true');

-- case: subscription
-- kind: subscription
-- name: orders_sub
-- reads: marts.orders
CREATE SUBSCRIPTION orders_sub FROM marts.orders WITH (retention = '1 day');

-- case: subscription_if_not_exists
-- kind: subscription
-- name: out.Sub
-- reads: Orders
CREATE SUBSCRIPTION IF NOT EXISTS out."Sub" FROM "Orders" WITH (retention = '1h');

-- case: function_sql_dollar
-- kind: function
-- name: add_tax
CREATE FUNCTION add_tax(numeric, numeric) RETURNS numeric LANGUAGE sql AS $$ SELECT $1 * (1 + $2) /* FROM x.y; */ $$;

-- case: function_python
-- kind: function
-- name: util.gcd
CREATE FUNCTION IF NOT EXISTS util.gcd(a int, b int) RETURNS int LANGUAGE python AS $$
def gcd(a, b):
    while b != 0:  # not the end ;
        a, b = b, a % b
    return a
$$;

-- case: function_external_link
-- kind: function
-- name: split
CREATE FUNCTION split(varchar) RETURNS TABLE (word varchar, length int) AS split USING LINK 'http://udf:8815';

-- case: function_rust_tag
-- kind: function
-- name: is_prime
CREATE OR REPLACE FUNCTION is_prime(n int) RETURNS boolean LANGUAGE rust AS $rust$
    fn is_prime(n: i32) -> bool { n > 1 && (2..n).all(|d| n % d != 0) }
$rust$;

-- case: aggregate_python
-- kind: opaque
CREATE AGGREGATE weighted_avg(value int, weight int) RETURNS float8 LANGUAGE python AS $$ def create_state(): return (0, 0) $$;

-- case: schema_plain
-- kind: schema
-- name: marts
CREATE SCHEMA IF NOT EXISTS marts AUTHORIZATION etl;

-- case: alter_mv_swap
-- kind: alter
-- name: marts.orders_daily
ALTER MATERIALIZED VIEW marts.orders_daily SWAP WITH orders_daily__k2m4n6p8;

-- case: alter_view_swap
-- kind: alter
-- name: bi.orders
alter view bi.orders swap with orders__new;

-- case: alter_sink_swap
-- kind: alter
-- name: s1
ALTER SINK s1 SWAP WITH s2;

-- case: alter_mv_rename
-- kind: alter
-- name: marts.m
ALTER MATERIALIZED VIEW marts.m RENAME TO "m Old";

-- case: alter_mv_set_schema
-- kind: alter
-- name: m
ALTER MATERIALIZED VIEW m SET SCHEMA marts;

-- case: alter_mv_parallelism
-- kind: alter
-- name: marts.m
ALTER MATERIALIZED VIEW marts.m SET PARALLELISM TO ADAPTIVE DEFERRED;

-- case: alter_mv_backfill_rate
-- kind: alter
-- name: marts.m
ALTER MATERIALIZED VIEW marts.m SET BACKFILL_RATE_LIMIT = DEFAULT;

-- case: alter_mv_resource_group
-- kind: alter
-- name: marts.m
ALTER MATERIALIZED VIEW marts.m SET RESOURCE_GROUP = 'heavy' DEFERRED;

-- case: alter_mv_config
-- kind: alter
-- name: marts.m
ALTER MATERIALIZED VIEW marts.m SET CONFIG (streaming.developer.chunk_size = 256);

-- case: alter_mv_as_query
-- kind: alter
-- name: marts.m
ALTER MATERIALIZED VIEW marts.m AS SELECT id, net FROM core.orders;

-- case: alter_sink_connector
-- kind: alter
-- name: out.s2
ALTER SINK out.s2 CONNECTOR WITH (topic = 'other');

-- case: alter_subscription_owner
-- kind: alter
-- name: orders_sub
ALTER SUBSCRIPTION orders_sub OWNER TO etl;

-- case: alter_source_add_column
-- kind: alter
-- name: kafka_orders
ALTER SOURCE kafka_orders ADD COLUMN channel varchar;

-- case: alter_source_refresh_schema
-- kind: alter
-- name: kafka_orders
ALTER SOURCE kafka_orders REFRESH SCHEMA;

-- case: alter_table_drop_connector
-- kind: alter
-- name: t
ALTER TABLE t DROP CONNECTOR;

-- case: alter_index_rename
-- kind: alter
-- name: orders_day
ALTER INDEX orders_day RENAME TO orders_day__old;

-- case: alter_schema_rename
-- kind: alter
-- name: marts
ALTER SCHEMA marts RENAME TO marts_old;

-- case: drop_mv
-- kind: drop
-- name: marts.orders_daily__k2m4n6p8
DROP MATERIALIZED VIEW IF EXISTS marts.orders_daily__k2m4n6p8 CASCADE;

-- case: drop_sink
-- kind: drop
-- name: out.Sink 1
DROP SINK out."Sink 1";

-- case: drop_subscription
-- kind: drop
-- name: orders_sub
drop subscription Orders_Sub;

-- case: drop_source_index
-- kind: drop
-- name: kafka_orders
DROP SOURCE kafka_orders RESTRICT;

-- case: drop_function_types
-- kind: drop
-- name: add_tax
DROP FUNCTION IF EXISTS add_tax(numeric, numeric);

-- case: comment_on_mv_by_table
-- kind: comment
-- name: marts.orders_daily
COMMENT ON TABLE marts.orders_daily IS 'Revenue per day';

-- case: comment_on_column
-- kind: comment
-- name: marts.orders_daily
-- part: Day
COMMENT ON COLUMN marts.orders_daily."Day" IS '';

-- case: grant_mv
-- kind: grant
-- name: marts.orders_daily
GRANT SELECT ON MATERIALIZED VIEW marts.orders_daily TO anna;

-- case: grant_sources
-- kind: grant
-- name: kafka_orders
-- also: clicks
GRANT SELECT ON SOURCE kafka_orders, clicks TO analyst WITH GRANT OPTION GRANTED BY root;

-- case: grant_all_mvs_in_schema
-- kind: grant
-- name: marts
GRANT SELECT ON ALL MATERIALIZED VIEWS IN SCHEMA marts TO analyst;

-- case: grant_secret_usage
-- kind: grant
-- name: lake_key
GRANT USAGE ON SECRET lake_key TO etl;

-- case: grant_subscription
-- kind: grant
-- name: orders_sub
GRANT SELECT ON SUBSCRIPTION orders_sub TO app;

-- case: revoke_table
-- kind: revoke
-- name: core.customers
REVOKE INSERT, UPDATE ON TABLE core.customers FROM app;

-- case: default_privileges
-- kind: opaque
ALTER DEFAULT PRIVILEGES IN SCHEMA marts GRANT SELECT ON MATERIALIZED VIEWS TO analyst;

-- case: refresh_table
-- kind: refresh
-- name: raw.rates
REFRESH TABLE raw.rates;

-- case: set_background_ddl
-- kind: opaque
SET background_ddl = true;

-- case: wait_flush_recover
-- kind: opaque
WAIT;

-- case: wait_materialized_view
-- kind: opaque
WAIT MATERIALIZED VIEW marts.orders_daily;

-- case: flush
-- kind: opaque
FLUSH;

-- case: show_jobs
-- kind: opaque
SHOW JOBS;

-- case: show_create
-- kind: opaque
SHOW CREATE MATERIALIZED VIEW marts.orders_daily;

-- case: cancel_jobs
-- kind: opaque
CANCEL JOBS 1, 2;

-- case: declare_cursor_for_subscription
-- kind: opaque
DECLARE cur SUBSCRIPTION CURSOR FOR orders_sub SINCE begin();

-- case: create_secret
-- kind: opaque
CREATE SECRET lake_key WITH (backend = 'meta') AS 'AKIA; not the end';

-- case: create_connection
-- kind: opaque
CREATE CONNECTION kafka_conn WITH (type = 'kafka', properties.bootstrap.server = 'broker:9092');
