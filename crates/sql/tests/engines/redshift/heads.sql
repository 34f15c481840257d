-- Amazon Redshift: heads of views and materialized views, and everything that is done to them afterwards.

-- case: mv_plain
-- kind: materialized-view
-- name: marts.orders_daily
-- reads: core.orders
-- outputs: order_day, revenue
CREATE MATERIALIZED VIEW marts.orders_daily AS
SELECT order_day, SUM(net) AS revenue FROM core.orders GROUP BY order_day;

-- case: mv_all_options
-- kind: materialized-view
-- name: marts.orders_daily
-- reads: core.orders
-- outputs: shop_id, order_day, orders
CREATE MATERIALIZED VIEW marts.orders_daily
BACKUP NO
DISTSTYLE KEY
DISTKEY (shop_id)
SORTKEY (order_day, shop_id)
AUTO REFRESH YES
AS SELECT shop_id, order_day, COUNT(*) AS orders FROM core.orders GROUP BY 1, 2;

-- case: mv_backup_yes_even
-- kind: materialized-view
-- name: marts.stock
-- reads: wms.stock
create materialized view marts.stock backup yes diststyle even as select sku, qty from wms.stock;

-- case: mv_diststyle_all
-- kind: materialized-view
-- name: marts.countries
-- reads: ref.countries
-- outputs: code, name
CREATE MATERIALIZED VIEW marts.countries DISTSTYLE ALL AS (SELECT code, name FROM ref.countries);

-- case: mv_diststyle_auto_quoted_columns
-- kind: materialized-view
-- name: export_prod.orders
-- reads: prod_shop.shop_prod.orders
-- outputs: id, created_at
CREATE MATERIALIZED VIEW export_prod.orders
  BACKUP NO
  DISTSTYLE AUTO
  AUTO REFRESH NO
AS SELECT
  "id",
  "created_at"
FROM prod_shop.shop_prod.orders;

-- case: mv_distkey_quoted
-- kind: materialized-view
-- name: export_prod.items
-- reads: prod_shop.shop_prod.items
-- outputs: order, sku
CREATE MATERIALIZED VIEW export_prod.items
  BACKUP NO
  DISTSTYLE KEY DISTKEY ("order")
  AUTO REFRESH NO
AS SELECT
  "order",
  "sku"
FROM prod_shop.shop_prod.items;

-- case: mv_distkey_without_diststyle
-- kind: materialized-view
-- name: marts.m1
-- reads: t1
CREATE MATERIALIZED VIEW marts.m1 DISTKEY(id) AS SELECT id, v FROM t1;

-- case: mv_compound_sortkey
-- kind: materialized-view
-- name: marts.m2
-- reads: s.t2
CREATE MATERIALIZED VIEW marts.m2 COMPOUND SORTKEY (a, b, c) AS SELECT a, b, c FROM s.t2;

-- case: mv_interleaved_sortkey
-- kind: materialized-view
-- name: marts.m3
-- reads: s.t3
CREATE MATERIALIZED VIEW marts.m3 INTERLEAVED SORTKEY (a, b) AS SELECT a, b FROM s.t3;

-- case: mv_auto_refresh_only
-- kind: materialized-view
-- name: m4
-- reads: t4
CREATE MATERIALIZED VIEW m4 AUTO REFRESH NO AS SELECT x FROM t4 WHERE x > 0;

-- case: mv_odd_space_and_case
-- kind: materialized-view
-- name: marts.odd_case
-- reads: src.odd
-- outputs: k
cReAtE	MATERIALIZED
   view	Marts . Odd_Case   BackUp
  no DistStyle	key  distKEY( K )sortkey( K )Auto
  Refresh no as(select K from SRC.ODD);

-- case: mv_comments_inside_head
-- kind: materialized-view
-- name: marts.commented
-- reads: core.orders
-- outputs: id
CREATE /* kept by hand */ MATERIALIZED VIEW -- public name
  marts.commented /* DISTKEY (wrong) AS SELECT 1 FROM never_read */
  BACKUP NO -- AUTO REFRESH YES
  SORTKEY (id /* and nothing else */)
AS -- body
SELECT id FROM core.orders;

-- case: mv_quoted_name_folds
-- kind: materialized-view
-- name: marts.daily report
-- reads: core.fact orders
CREATE MATERIALIZED VIEW "Marts"."Daily Report" AS SELECT "Order Id" FROM "CORE"."Fact Orders";

-- case: mv_reserved_words_quoted
-- kind: materialized-view
-- name: marts.as
-- reads: marts.distkey
-- outputs: sortkey, backup
CREATE MATERIALIZED VIEW marts."as" SORTKEY ("sortkey") AS SELECT "sortkey", "backup" FROM marts."distkey";

-- case: mv_three_part_name
-- kind: materialized-view
-- name: dev.marts.m5
-- reads: lake.public.clicks
CREATE MATERIALIZED VIEW dev.marts.m5 AS SELECT id FROM lake.public.clicks;

-- case: mv_over_mv_with_cte
-- kind: materialized-view
-- name: marts.weekly
-- reads: marts.daily, ref.weeks
-- outputs: week, revenue
CREATE MATERIALIZED VIEW marts.weekly BACKUP NO AS
WITH daily AS (SELECT day, revenue FROM marts.daily)
SELECT w.week, SUM(d.revenue) AS revenue
FROM daily d JOIN ref.weeks w ON w.day = d.day
GROUP BY w.week;

-- case: mv_streaming_kinesis
-- kind: materialized-view
-- name: stream.clicks
-- reads: kds.click-stream
-- outputs: approximate_arrival_timestamp, partition_key, shard_id, sequence_number, payload
CREATE MATERIALIZED VIEW stream.clicks AUTO REFRESH YES AS
SELECT approximate_arrival_timestamp, partition_key, shard_id, sequence_number,
       JSON_PARSE(kinesis_data) AS payload
FROM kds."click-stream"
WHERE CAN_JSON_PARSE(kinesis_data);

-- case: mv_streaming_msk
-- kind: materialized-view
-- name: stream.orders
-- reads: msk.orders_topic
-- outputs: kafka_partition, kafka_offset, payload, refresh_time
CREATE MATERIALIZED VIEW stream.orders DISTKEY (kafka_partition) SORTKEY (refresh_time) AUTO REFRESH YES AS
SELECT kafka_partition, kafka_offset, JSON_PARSE(FROM_VARBYTE(kafka_value, 'utf-8')) AS payload, refresh_time
FROM msk.orders_topic
WHERE kafka_offset > 0;

-- case: mv_iceberg
-- kind: materialized-view
-- name: lake_db.gold.daily
-- reads: lake_db.silver.orders
-- outputs: order_day, n
CREATE MATERIALIZED VIEW lake_db.gold.daily
USING ICEBERG
LOCATION 's3://bucket/gold/daily/'
PARTITIONED BY (order_day)
TABLE PROPERTIES ('compression_type' = 'zstd')
AS SELECT order_day, COUNT(*) AS n FROM lake_db.silver.orders GROUP BY order_day;

-- case: view_plain
-- kind: view
-- name: bi.orders
-- reads: marts.orders
-- outputs: id, net
CREATE VIEW bi.orders AS SELECT id, net FROM marts.orders;

-- case: view_or_replace_late_binding
-- kind: view
-- name: bi.orders
-- reads: marts.orders__v9ab12
-- outputs: id, net
CREATE OR REPLACE VIEW bi.orders AS SELECT id, net FROM marts.orders__v9ab12 WITH NO SCHEMA BINDING;

-- case: view_late_binding_odd_case
-- kind: view
-- name: bi.v1
-- reads: spectrum.events
CREATE VIEW bi.v1 AS (select e.id from spectrum.events e)
  with  no
  schema /* late */ binding;

-- case: view_column_list
-- kind: view
-- name: bi.v2
-- reads: marts.orders
-- outputs: id, net
-- columns: order_id, amount
CREATE VIEW bi.v2 (order_id, "Amount") AS SELECT id, net FROM marts.orders;

-- case: view_late_binding_union
-- kind: view
-- name: bi.all_orders
-- reads: archive.orders, marts.orders
-- outputs: id, net
CREATE OR REPLACE VIEW bi.all_orders AS
SELECT id, net FROM marts.orders
UNION ALL
SELECT id, net FROM archive.orders
WITH NO SCHEMA BINDING;

-- case: view_order_limit_binding
-- kind: view
-- name: bi.v3
-- reads: marts.orders
CREATE VIEW bi.v3 AS SELECT id FROM marts.orders ORDER BY id DESC LIMIT 10 WITH NO SCHEMA BINDING;

-- case: external_view
-- kind: view
-- name: glue_db.lake.v4
-- reads: lake.orders
CREATE EXTERNAL PROTECTED VIEW glue_db.lake.v4 AS SELECT id FROM lake.orders;

-- case: view_string_that_looks_like_binding
-- kind: view
-- name: bi.v5
-- reads: marts.t
-- outputs: label
CREATE VIEW bi.v5 AS SELECT 'FROM x.y WITH NO SCHEMA BINDING; -- no' AS label FROM marts.t;

-- case: alter_mv_auto_refresh
-- kind: alter
-- name: marts.orders_daily
ALTER MATERIALIZED VIEW marts.orders_daily AUTO REFRESH YES;

-- case: alter_mv_distkey
-- kind: alter
-- name: marts.orders_daily
ALTER MATERIALIZED VIEW marts.orders_daily ALTER DISTKEY shop_id;

-- case: alter_mv_diststyle_key
-- kind: alter
-- name: marts.orders_daily
ALTER MATERIALIZED VIEW marts.orders_daily ALTER DISTSTYLE KEY DISTKEY shop_id;

-- case: alter_mv_diststyle_auto
-- kind: alter
-- name: orders_daily
alter materialized view Orders_Daily alter diststyle auto;

-- case: alter_mv_compound_sortkey
-- kind: alter
-- name: marts.orders_daily
ALTER MATERIALIZED VIEW marts.orders_daily ALTER COMPOUND SORTKEY (order_day, shop_id);

-- case: alter_mv_sortkey_none
-- kind: alter
-- name: marts.orders_daily
ALTER MATERIALIZED VIEW marts.orders_daily ALTER SORTKEY NONE;

-- case: alter_mv_row_level_security
-- kind: alter
-- name: marts.orders_daily
ALTER MATERIALIZED VIEW marts.orders_daily ROW LEVEL SECURITY ON CONJUNCTION TYPE OR FOR DATASHARES;

-- case: alter_view_rename_as_table
-- kind: alter
-- name: bi.orders
ALTER TABLE bi.orders RENAME TO orders__old;

-- case: alter_mv_owner_as_table
-- kind: alter
-- name: marts.orders_daily
ALTER TABLE marts.orders_daily OWNER TO etl;

-- case: refresh_mv
-- kind: refresh
-- name: marts.orders_daily
REFRESH MATERIALIZED VIEW marts.orders_daily;

-- case: refresh_mv_cascade
-- kind: refresh
-- name: marts.orders daily
REFRESH MATERIALIZED VIEW marts."Orders Daily" CASCADE;

-- case: refresh_mv_restrict
-- kind: refresh
-- name: orders_daily
refresh materialized view ORDERS_DAILY restrict;

-- case: drop_mv
-- kind: drop
-- name: marts.orders_daily
DROP MATERIALIZED VIEW IF EXISTS marts.orders_daily RESTRICT;

-- case: drop_views
-- kind: drop
-- name: bi.orders
-- also: bi.items, clean
DROP VIEW bi.orders, bi.items, Clean CASCADE;

-- case: drop_table
-- kind: drop
-- name: src.orders
DROP TABLE IF EXISTS src.orders;

-- case: drop_schema
-- kind: drop
-- name: lake
DROP SCHEMA IF EXISTS lake DROP EXTERNAL DATABASE CASCADE;

-- case: drop_function_with_types
-- kind: drop
-- name: util.f_mask
DROP FUNCTION util.f_mask (varchar(64), int);

-- case: drop_datashare
-- kind: drop
-- name: sales_share
DROP DATASHARE sales_share;

-- case: drop_rls_policy
-- kind: drop
-- name: p_shop
DROP RLS POLICY IF EXISTS p_shop RESTRICT;

-- case: comment_on_table
-- kind: comment
-- name: src.orders
COMMENT ON TABLE src.orders IS 'loaded by DMS; COMMENT ON TABLE x.y IS ''no''';

-- case: comment_on_mv_by_view
-- kind: comment
-- name: marts.orders_daily
COMMENT ON VIEW marts.orders_daily IS 'Revenue per shop and day';

-- case: comment_on_column
-- kind: comment
-- name: marts.orders_daily
-- part: shop_id
COMMENT ON COLUMN marts.orders_daily."Shop_Id" IS '67aa2dd0dd5683cc3cd5ac9d6d453eb93d3b4558eac854d463de8c1ab3970fbf';

-- case: comment_on_column_null
-- kind: comment
-- name: marts.orders_daily
-- part: net
comment on column marts.orders_daily.net is null;

-- case: comment_on_constraint
-- kind: comment
-- name: src.orders
-- part: orders_pkey
COMMENT ON CONSTRAINT orders_pkey ON src.orders IS 'informational only';

-- case: comment_on_database
-- kind: comment
-- name: dev
COMMENT ON DATABASE dev IS 'development';

-- case: grant_select_user
-- kind: grant
-- name: marts.orders_daily
GRANT SELECT ON marts.orders_daily TO anna;

-- case: grant_to_group
-- kind: grant
-- name: marts.orders_daily
-- also: marts.orders_weekly
GRANT SELECT ON TABLE marts.orders_daily, marts.orders_weekly TO GROUP finance, GROUP "BI Team" WITH GRANT OPTION;

-- case: grant_to_role
-- kind: grant
-- name: marts.orders_daily
GRANT SELECT, DROP, ALTER ON marts.orders_daily TO ROLE analyst, PUBLIC;

-- case: grant_columns
-- kind: grant
-- name: core.customers
GRANT SELECT (id, "Country"), UPDATE (note) ON core.customers TO ROLE analyst;

-- case: grant_schema_usage
-- kind: grant
-- name: marts
GRANT USAGE ON SCHEMA marts TO GROUP finance;

-- case: grant_all_in_schema
-- kind: grant
-- name: marts
GRANT ALL PRIVILEGES ON ALL TABLES IN SCHEMA marts TO etl;

-- case: grant_scoped_for_tables_in_schema
-- kind: grant
-- name: marts
GRANT SELECT FOR TABLES IN SCHEMA marts TO ROLE analyst;

-- case: grant_function
-- kind: grant
-- name: util.f_mask
GRANT EXECUTE ON FUNCTION util.f_mask(varchar) TO PUBLIC;

-- case: grant_datashare
-- kind: grant
-- name: sales_share
GRANT USAGE ON DATASHARE sales_share TO NAMESPACE '13b8833d-17c6-4f16-8fe4-1a018f5ed00d';

-- case: grant_role_to_user
-- kind: grant
GRANT ROLE analyst TO anna WITH ADMIN OPTION;

-- case: revoke_from_group
-- kind: revoke
-- name: marts.orders_daily
REVOKE GRANT OPTION FOR SELECT ON TABLE marts.orders_daily FROM GROUP finance;

-- case: revoke_all_public
-- kind: revoke
-- name: marts
revoke all on schema MARTS from public;

-- case: alter_default_privileges
-- kind: opaque
ALTER DEFAULT PRIVILEGES FOR USER etl IN SCHEMA marts GRANT SELECT ON TABLES TO GROUP finance;
