-- PostgreSQL: heads of views, materialized views and indexes.

-- case: mv_plain
-- kind: materialized-view
-- name: marts.orders_daily
-- reads: core.orders
-- outputs: day, revenue
CREATE MATERIALIZED VIEW marts.orders_daily AS SELECT day, sum(net) AS revenue FROM core.orders GROUP BY day;

-- case: mv_everything
-- kind: materialized-view
-- name: marts.orders_daily
-- reads: core.orders
-- outputs: day, net
-- columns: d, n
CREATE MATERIALIZED VIEW IF NOT EXISTS marts.orders_daily (d, n)
USING heap
WITH (fillfactor = 90, autovacuum_enabled = false, toast.autovacuum_enabled)
TABLESPACE pg_default
AS SELECT day, net FROM core.orders
WITH NO DATA;

-- case: mv_with_data
-- kind: materialized-view
-- name: m1
-- reads: t
create materialized view m1 as (select x from t) with data;

-- case: mv_body_ends_with_cte_word
-- kind: materialized-view
-- name: m2
-- reads: t
CREATE MATERIALIZED VIEW m2 AS WITH data AS (SELECT x FROM t) SELECT x FROM data WITH NO DATA;

-- case: mv_values
-- kind: materialized-view
-- name: m3
-- reads: none
-- columns: id, label
CREATE MATERIALIZED VIEW m3 (id, label) AS VALUES (1, 'a;b'), (2, 'c''d');

-- case: mv_table_command
-- kind: materialized-view
-- name: m4
-- reads: core.orders
CREATE MATERIALIZED VIEW m4 AS TABLE core.orders;

-- case: table_as_execute
-- kind: table-as
-- name: m5
-- reads: none
-- partial
CREATE TABLE m5 AS EXECUTE prepared_one (1, 'x');

-- case: mv_odd_space_and_comments
-- kind: materialized-view
-- name: marts.odd
-- reads: core.t
-- outputs: x
CREATE/* one /* nested; */ still */MATERIALIZED
	VIEW-- two
IF   NOT	EXISTS Marts /* schema */ . /* dot */ Odd
wItH ( FillFactor=70 )aS
sElEcT x FrOm Core . T;

-- case: mv_quoted_names
-- kind: materialized-view
-- name: My Schema.Daily "net"
-- reads: My Schema.Orders
CREATE MATERIALIZED VIEW "My Schema"."Daily ""net""" AS SELECT "Net" FROM "My Schema"."Orders";

-- case: mv_unicode_name
-- kind: materialized-view
-- name: café.übersicht
-- reads: café.bestellungen
CREATE MATERIALIZED VIEW café.übersicht AS SELECT id FROM "café".bestellungen;

-- case: mv_unicode_escape_name
-- kind: materialized-view
-- name: marts.data
-- reads: core.orders
CREATE MATERIALIZED VIEW marts.U&"d\0061t\+000061" AS SELECT id FROM core.orders;

-- case: mv_keyword_names
-- kind: materialized-view
-- name: view.materialized
-- reads: view.refresh
CREATE MATERIALIZED VIEW view.materialized AS SELECT data FROM view.refresh;

-- case: mv_leading_semicolon_free_dollar
-- kind: materialized-view
-- name: m6
-- reads: t
-- outputs: s
CREATE MATERIALIZED VIEW m6 AS SELECT $q$ FROM x.y; $$ $q$ AS s FROM t;

-- case: view_plain
-- kind: view
-- name: bi.orders
-- reads: marts.orders
CREATE VIEW bi.orders AS SELECT id, net FROM marts.orders;

-- case: view_or_replace_columns
-- kind: view
-- name: bi.orders
-- reads: marts.orders
-- columns: id, Net
CREATE OR REPLACE VIEW bi.orders (id, "Net") AS SELECT id, net FROM marts.orders;

-- case: view_security_barrier
-- kind: view
-- name: bi.v1
-- reads: t
CREATE VIEW bi.v1 WITH (security_barrier, security_invoker = true) AS SELECT x FROM t WHERE x > 0;

-- case: view_check_option_in_options
-- kind: view
-- name: bi.v2
-- reads: t
create view bi.v2 with (check_option = 'cascaded', security_barrier=off) as select x from t;

-- case: view_with_local_check_option
-- kind: view
-- name: bi.v3
-- reads: t
CREATE VIEW bi.v3 AS SELECT x FROM t WHERE x > 0 WITH LOCAL CHECK OPTION;

-- case: view_with_check_option
-- kind: view
-- name: bi.v4
-- reads: t
CREATE VIEW bi.v4 AS SELECT x FROM t WITH CHECK OPTION;

-- case: view_temp
-- kind: view
-- name: v5
-- reads: t
CREATE OR REPLACE TEMP VIEW v5 AS SELECT x FROM t;

-- case: view_local_temporary
-- kind: view
-- name: v6
-- reads: t
create local temporary view V6 as select x from T;

-- case: view_recursive
-- kind: view
-- name: hr.chain
-- reads: hr.staff
-- columns: id, boss_id
CREATE RECURSIVE VIEW hr.chain (id, boss_id) AS
SELECT id, boss_id FROM hr.staff WHERE boss_id IS NULL
UNION ALL
SELECT s.id, s.boss_id FROM hr.staff s JOIN chain c ON s.boss_id = c.id;

-- case: view_or_replace_temp_recursive
-- kind: view
-- name: nums
-- reads: none
-- columns: n
CREATE OR REPLACE TEMPORARY RECURSIVE VIEW nums (n) AS VALUES (1) UNION ALL SELECT n + 1 FROM nums WHERE n < 10;

-- case: view_of_values_in_parentheses
-- kind: view
-- name: v7
-- reads: none
CREATE VIEW v7 AS ((VALUES (1, 2)));

-- case: index_plain
-- kind: index
-- name: orders_day
-- reads: marts.orders
CREATE INDEX orders_day ON marts.orders (day);

-- case: index_without_name
-- kind: index
-- reads: marts.orders
CREATE INDEX ON marts.orders (day, shop_id);

-- case: index_unique_concurrently
-- kind: index
-- name: orders_key
-- reads: marts.orders
CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS orders_key ON ONLY marts.orders USING btree (day ASC NULLS FIRST, shop_id DESC);

-- case: index_everything
-- kind: index
-- name: Orders Net
-- reads: My.Orders
create unique index "Orders Net" on "My"."Orders" using btree
  (lower(status) collate "C" text_pattern_ops, (net * 2) desc nulls last, id)
  include (note, created_at) nulls not distinct
  with (fillfactor = 70, deduplicate_items = off) tablespace pg_default where (status <> 'x;y' and net > 0);

-- case: index_gin
-- kind: index
-- name: docs_body
-- reads: docs
CREATE INDEX docs_body ON docs USING gin (body jsonb_path_ops, to_tsvector('english', title)) WITH (fastupdate = off);

-- case: index_brin_with_opclass_options
-- kind: index
-- name: ev_at
-- reads: s.events
CREATE INDEX ev_at ON s.events USING brin (at timestamp_minmax_multi_ops (values_per_range = 16)) WITH (pages_per_range = 32, autosummarize);

-- case: index_comment_between
-- kind: index
-- name: i1
-- reads: t
CREATE INDEX /* ON wrong.table (x) */ i1 -- here
ON t /* real */ (a);

-- case: refresh_plain
-- kind: refresh
-- name: marts.orders_daily
REFRESH MATERIALIZED VIEW marts.orders_daily;

-- case: refresh_concurrently
-- kind: refresh
-- name: Marts.daily
refresh materialized view concurrently "Marts".Daily with data;

-- case: refresh_with_no_data
-- kind: refresh
-- name: m
REFRESH MATERIALIZED VIEW m WITH NO DATA;

-- case: alter_mv_rename
-- kind: alter
-- name: marts.m
ALTER MATERIALIZED VIEW IF EXISTS marts.m RENAME TO m__old;

-- case: alter_mv_rename_column
-- kind: alter
-- name: marts.m
-- part: a
ALTER MATERIALIZED VIEW marts.m RENAME COLUMN a TO b;

-- case: alter_mv_set_options
-- kind: alter
-- name: marts.m
ALTER MATERIALIZED VIEW marts.m SET (fillfactor = 80), ALTER COLUMN a SET STATISTICS 500, CLUSTER ON m_key;

-- case: alter_mv_access_method
-- kind: alter
-- name: marts.m
ALTER MATERIALIZED VIEW marts.m SET ACCESS METHOD heap;

-- case: alter_mv_all_in_tablespace
-- kind: alter
ALTER MATERIALIZED VIEW ALL IN TABLESPACE pg_default OWNED BY etl SET TABLESPACE fast NOWAIT;

-- case: alter_mv_depends_on_extension
-- kind: alter
-- name: marts.m
ALTER MATERIALIZED VIEW marts.m NO DEPENDS ON EXTENSION pg_trgm;

-- case: alter_view_default
-- kind: alter
-- name: bi.v
ALTER VIEW bi.v ALTER COLUMN x SET DEFAULT 'a;b';

-- case: alter_view_options
-- kind: alter
-- name: bi.v
alter view if exists BI.V reset (security_barrier);

-- case: alter_index
-- kind: alter
-- name: marts.orders_key
ALTER INDEX marts.orders_key RENAME TO orders_key__old;

-- case: drop_mv
-- kind: drop
-- name: marts.m
DROP MATERIALIZED VIEW IF EXISTS marts.m RESTRICT;

-- case: drop_views
-- kind: drop
-- name: bi.a
-- also: bi.B, c
DROP VIEW bi.a, bi."B", C CASCADE;

-- case: drop_index_concurrently
-- kind: drop
-- name: marts.orders_day
DROP INDEX CONCURRENTLY IF EXISTS marts.orders_day;

-- case: comment_on_mv
-- kind: comment
-- name: marts.m
COMMENT ON MATERIALIZED VIEW marts.m IS 'it''s; fine';

-- case: comment_on_view_escape_string
-- kind: comment
-- name: bi.v
COMMENT ON VIEW bi.v IS E'a\'b;\n-- not a comment';

-- case: comment_on_view_dollar
-- kind: comment
-- name: bi.v
comment on view bi.v is $$it's; COMMENT ON VIEW x.y$$;

-- case: comment_on_column
-- kind: comment
-- name: marts.m
-- part: Net
COMMENT ON COLUMN marts.m."Net" IS NULL;

-- case: comment_on_index
-- kind: comment
-- name: marts.orders_key
COMMENT ON INDEX marts.orders_key IS 'key';

-- case: comment_on_rule
-- kind: comment
-- name: marts.m
-- part: _RETURN
COMMENT ON RULE "_RETURN" ON marts.m IS 'marker';
