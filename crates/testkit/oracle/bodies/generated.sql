-- What programs write: object mappers, spreadsheets and dashboards that quote every word.

-- case: generated_orm_join
SELECT "t0"."id" AS "t0__id", "t0"."name" AS "t0__name", "t1"."id" AS "t1__id", "t1"."total" AS "t1__total" FROM "shop"."customers" AS "t0" LEFT OUTER JOIN "shop"."orders" AS "t1" ON ("t1"."customer_id" = "t0"."id") WHERE (("t0"."country" = 'DE') AND NOT ("t1"."status" = 'new'))

-- case: generated_orm_subquery_exists
SELECT "shop"."customers"."id", "shop"."customers"."name" FROM "shop"."customers" WHERE (EXISTS(SELECT (1) AS "a" FROM "shop"."orders" U0 WHERE (U0."customer_id" = "shop"."customers"."id" AND U0."total" > 10) LIMIT 1) AND NOT (EXISTS(SELECT (1) AS "a" FROM "shop"."payments" V0 INNER JOIN "shop"."orders" V1 ON (V0."order_id" = V1."id") WHERE V1."customer_id" = ("shop"."customers"."id"))))

-- case: generated_orm_outer_ref_annotation
SELECT "customers"."id", (SELECT U0."total" FROM "shop"."orders" U0 WHERE U0."customer_id" = ("customers"."id") ORDER BY U0."placed_at" DESC LIMIT 1) AS "latest_total", COUNT("orders"."id") FILTER (WHERE "orders"."status" = 'paid') AS "paid" FROM "shop"."customers" LEFT OUTER JOIN "shop"."orders" ON ("customers"."id" = "orders"."customer_id") GROUP BY "customers"."id", (SELECT U0."total" FROM "shop"."orders" U0 WHERE U0."customer_id" = ("customers"."id") ORDER BY U0."placed_at" DESC LIMIT 1)

-- case: generated_mapper_anon_subquery
SELECT anon_1.customers_id AS anon_1_customers_id, orders_1.id AS orders_1_id FROM (SELECT customers.id AS customers_id, customers.name AS customers_name FROM shop.customers ORDER BY customers.id LIMIT 10 OFFSET 5) AS anon_1 LEFT OUTER JOIN shop.orders AS orders_1 ON anon_1.customers_id = orders_1.customer_id ORDER BY anon_1.customers_id

-- case: generated_mapper_nested_join
SELECT a.id, b_1.id AS item_order FROM shop.customers AS a LEFT OUTER JOIN (shop.orders AS c_1 JOIN shop.order_items AS d_1 ON d_1.order_id = c_1.id) ON c_1.customer_id = a.id LEFT OUTER JOIN shop.orders AS b_1 ON b_1.id = d_1.order_id

-- case: generated_linq_style
SELECT t.id, t0.id AS id0, t0.c FROM shop.customers AS t LEFT JOIN LATERAL (SELECT o.id, (SELECT COUNT(*)::INT FROM shop.order_items AS i WHERE o.id = i.order_id) AS c, o.customer_id FROM shop.orders AS o WHERE t.id = o.customer_id ORDER BY o.placed_at DESC LIMIT 3) AS t0 ON TRUE ORDER BY t.id, t0.c

-- case: generated_linq_row_number_join
SELECT c.id, t0.total FROM shop.customers AS c LEFT JOIN (SELECT t.id, t.total, t.customer_id FROM (SELECT o.id, o.total, o.customer_id, ROW_NUMBER() OVER(PARTITION BY o.customer_id ORDER BY o.placed_at DESC) AS row FROM shop.orders AS o) AS t WHERE t.row <= 1) AS t0 ON c.id = t0.customer_id

-- case: generated_dashboard_wrapped
SELECT "source"."country" AS "country", "source"."sum" AS "sum", "source"."count" AS "count" FROM (SELECT "shop"."customers"."country" AS "country", SUM("Orders"."total") AS "sum", COUNT(*) AS "count" FROM "shop"."customers" LEFT JOIN "shop"."orders" AS "Orders" ON "shop"."customers"."id" = "Orders"."customer_id" WHERE ("Orders"."placed_at" >= DATE_TRUNC('month', (NOW() + (INTERVAL '-1 month')))) AND ("Orders"."placed_at" < DATE_TRUNC('month', NOW())) GROUP BY "shop"."customers"."country") AS "source" WHERE "source"."sum" > 0 ORDER BY "source"."sum" DESC, "source"."country" ASC

-- case: generated_dashboard_joined_names
SELECT "shop"."orders"."id" AS "id", "Customers - Customer"."name" AS "Customers - Customer__name", "Order Items - ID"."quantity" AS "Order Items - ID__quantity" FROM "shop"."orders" LEFT JOIN "shop"."customers" AS "Customers - Customer" ON "shop"."orders"."customer_id" = "Customers - Customer"."id" INNER JOIN "shop"."order_items" AS "Order Items - ID" ON "shop"."orders"."id" = "Order Items - ID"."order_id" LIMIT 1048575

-- case: generated_dashboard_explore
-- raw sql results do not include filled-in values for 'orders.placed_date'
WITH customer_facts AS (SELECT
        o.customer_id AS customer_id
      , COUNT(DISTINCT o.id) AS lifetime_orders
      , MIN(NULLIF(o.placed_at, NULL)) AS first_order
      FROM shop.orders AS o
      GROUP BY o.customer_id )
SELECT
        (DATE(orders.placed_at AT TIME ZONE 'UTC')) AS "orders.placed_date",
        CASE WHEN customer_facts.lifetime_orders > 1  THEN 'Yes' ELSE 'No' END
 AS "customer_facts.repeat",
    COUNT(DISTINCT orders.id ) AS "orders.count",
    COALESCE(COALESCE( ( SUM(DISTINCT (CAST(FLOOR(COALESCE(orders.total ,0)*(1000000*1.0)) AS DECIMAL(65,0))) + ('x' || MD5(orders.id ::varchar))::bit(64)::bigint::DECIMAL(65)  *18446744073709551616 ) - SUM(DISTINCT ('x' || MD5(orders.id ::varchar))::bit(64)::bigint::DECIMAL(65)  *18446744073709551616 ) )  / (1000000*1.0), 0), 0) AS "orders.total_sum"
FROM shop.order_items  AS order_items
LEFT JOIN shop.orders  AS orders ON order_items.order_id = orders.id
LEFT JOIN customer_facts ON orders.customer_id = customer_facts.customer_id
WHERE ((( orders.placed_at  ) >= ((SELECT (DATE_TRUNC('day', CURRENT_TIMESTAMP AT TIME ZONE 'UTC') + (-6 || ' day')::INTERVAL))) AND ( orders.placed_at  ) < ((SELECT ((DATE_TRUNC('day', CURRENT_TIMESTAMP AT TIME ZONE 'UTC') + (-6 || ' day')::INTERVAL) + (7 || ' day')::INTERVAL)))))
GROUP BY
    1,
    2
ORDER BY
    1 DESC
LIMIT 500

-- case: generated_tableau_style
SELECT "Custom SQL Query"."country" AS "country",
  "t0"."X__alias__0" AS "X__alias__0",
  SUM(CAST("Custom SQL Query"."total" AS DOUBLE PRECISION)) AS "sum:total:ok"
FROM (
  select c.country, o.total, o.placed_at from shop.orders o join shop.customers c on c.id = o.customer_id
) "Custom SQL Query"
  CROSS JOIN (
  SELECT MAX("Custom SQL Query"."placed_at") AS "X__alias__0"
  FROM (
    select c.country, o.total, o.placed_at from shop.orders o join shop.customers c on c.id = o.customer_id
  ) "Custom SQL Query"
  GROUP BY ()
  HAVING (COUNT(1) > 0)
) "t0"
WHERE ((CASE WHEN ("Custom SQL Query"."country" >= 'A') OR (NULL IS NULL) THEN 1 ELSE 0 END) = 1)
GROUP BY 1, 2

-- case: generated_powerbi_fold
select "_"."id", "_"."name", "_"."a0" as "n"
from
(
    select "rows"."id" as "id", "rows"."name" as "name", count(1) as "a0"
    from
    (
        select "$Outer"."id", "$Outer"."name", "$Inner"."total"
        from
        (
            select "_"."id", "_"."name" from "shop"."customers" "_"
        ) "$Outer"
        left outer join
        (
            select "_"."customer_id" as "customer_id2", "_"."total" from "shop"."orders" "_"
        ) "$Inner" on ("$Outer"."id" = "$Inner"."customer_id2")
    ) "rows"
    group by "id", "name"
) "_"
order by "_"."id"

-- case: generated_superset_top_groups
SELECT DATE_TRUNC('day', placed_at) AS __timestamp, currency AS currency, sum(total) AS "SUM(total)"
FROM shop.orders
JOIN (SELECT currency AS currency__, sum(total) AS mme_inner__ FROM shop.orders WHERE placed_at >= TO_TIMESTAMP('2024-01-01 00:00:00.000000', 'YYYY-MM-DD HH24:MI:SS.US') GROUP BY currency ORDER BY mme_inner__ DESC LIMIT 100) AS series_limit ON currency = currency__
WHERE placed_at >= TO_TIMESTAMP('2024-01-01 00:00:00.000000', 'YYYY-MM-DD HH24:MI:SS.US')
GROUP BY currency, DATE_TRUNC('day', placed_at) ORDER BY "SUM(total)" DESC LIMIT 10000

-- case: generated_superset_virtual
SELECT country AS country, "Full Name" AS "Full Name", COUNT(DISTINCT email) AS "COUNT_DISTINCT(email)"
FROM (SELECT * FROM shop.customers WHERE country IS NOT NULL) AS virtual_table
GROUP BY country, "Full Name" HAVING COUNT(DISTINCT email) > 1 ORDER BY "COUNT_DISTINCT(email)" DESC

-- case: generated_grafana_time_buckets
SELECT floor(extract(epoch from at)/300)*300 AS "time", sensor AS metric, avg(value) AS "value" FROM shop.readings WHERE at BETWEEN '2024-01-01T00:00:00Z' AND '2024-01-02T00:00:00Z' GROUP BY 1, 2 ORDER BY 1, 2

-- case: generated_graphql_json_tree
SELECT coalesce(json_agg("root"), '[]') AS "root" FROM (SELECT row_to_json((SELECT "_e" FROM (SELECT "_root.base"."id" AS "id", "_root.base"."name" AS "name", "_root.ar.root.orders"."orders" AS "orders") AS "_e")) AS "root" FROM (SELECT * FROM "shop"."customers" WHERE (TRUE) LIMIT 10) AS "_root.base" LEFT OUTER JOIN LATERAL (SELECT coalesce(json_agg("orders"), '[]') AS "orders" FROM (SELECT row_to_json((SELECT "_e" FROM (SELECT "_root.ar.root.orders.base"."id" AS "id", "_root.ar.root.orders.base"."total" AS "total") AS "_e")) AS "orders" FROM (SELECT * FROM "shop"."orders" WHERE (("_root.base"."id") = ("customer_id"))) AS "_root.ar.root.orders.base") AS "_root.ar.root.orders") AS "_root.ar.root.orders" ON ('true')) AS "_root"

-- case: generated_postgrest_embed
WITH pgrst_source AS (SELECT "shop"."customers"."id", "shop"."customers"."name", COALESCE("customers_orders_1"."customers_orders_1", '[]') AS "orders" FROM "shop"."customers" LEFT JOIN LATERAL (SELECT json_agg("customers_orders_1") AS "customers_orders_1" FROM (SELECT "orders_1"."id", "orders_1"."total" FROM "shop"."orders" AS "orders_1" WHERE "orders_1"."customer_id" = "shop"."customers"."id") AS "customers_orders_1") AS "customers_orders_1" ON TRUE LIMIT 10) SELECT null::bigint AS total_result_set, pg_catalog.count(_postgrest_t) AS page_total, coalesce(json_agg(_postgrest_t), '[]') AS body FROM (SELECT * FROM pgrst_source) _postgrest_t

-- case: generated_keyset_pagination
SELECT o.id, o.placed_at FROM shop.orders o WHERE (o.placed_at, o.id) < (TIMESTAMPTZ '2024-05-01 00:00+00', 100) AND ((o.note IS NULL) OR (o.note NOT ILIKE '%from shop.customers%')) ORDER BY o.placed_at DESC, o.id DESC FETCH FIRST 50 ROWS ONLY

-- case: generated_count_wrapper
SELECT COUNT(*) AS total FROM (SELECT DISTINCT ON ("t"."customer_id") "t".* FROM "shop"."orders" AS "t" ORDER BY "t"."customer_id", "t"."placed_at" DESC) AS "count_alias"

-- case: generated_is_null_or_filters
SELECT p.id FROM shop.products p WHERE ((NULL::text IS NULL) OR (p.name = NULL::text)) AND (('x'::text IS NULL) OR p.sku = ANY ('{a,b}'::text[])) AND p.attributes @> '{"color": "red"}'::jsonb

-- case: generated_alias_reuse_each_level
SELECT t.a FROM (SELECT t.a FROM (SELECT t.id AS a FROM shop.customers t) t) t

-- case: generated_alias_reuse_each_level_with_exists
SELECT t.id FROM shop.orders t WHERE EXISTS (SELECT 1 FROM shop.order_items t WHERE t.order_id = 1 AND EXISTS (SELECT 1 FROM shop.products t WHERE t.sku = 'x'))

-- case: generated_explicit_cast_wall
SELECT (((("t"."total")::numeric(20,4))::double precision))::text AS "v", CAST((CAST("t"."placed_at" AS date)) AS text) AS "d" FROM "shop"."orders" "t" WHERE ((("t"."status")::text = ('paid'::character varying)::text))

-- case: generated_pg_get_viewdef_style
 SELECT a.id AS customer_id,
    a.name,
    count(t.order_id) AS orders,
    sum(t.gross) AS gross
   FROM ((shop.active_customers a
     LEFT JOIN shop.orders o ON ((o.customer_id = a.id)))
     LEFT JOIN shop.order_totals t ON ((t.order_id = o.id)))
  WHERE ((a.country = ANY (ARRAY['DE'::text, 'FR'::text])) AND (NOT (EXISTS ( SELECT
           FROM crm.customers c
          WHERE ((c.name ~~ a.name) AND (c.owner IS NOT NULL))))))
  GROUP BY a.id, a.name
 HAVING (count(t.order_id) > 0)

-- case: generated_audit_columns_compare
SELECT COALESCE(a.id, b.id) AS id, a.name IS DISTINCT FROM b.name AS name_differs, to_jsonb(a) - 'id' AS left_row, to_jsonb(b.*) AS right_row FROM shop.customers a FULL OUTER JOIN crm.customers b ON a.id = b.id WHERE a IS NOT NULL OR b IS NULL
