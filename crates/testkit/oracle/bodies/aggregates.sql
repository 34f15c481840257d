-- Aggregates: DISTINCT, FILTER, ORDER BY inside, ordered sets, own aggregates.

-- case: agg_count_star
SELECT count(*) AS n FROM shop.orders;

-- case: agg_count_column
SELECT count(note) AS n FROM shop.orders;

-- case: agg_count_distinct
SELECT count(DISTINCT customer_id) AS n, count(DISTINCT (currency, status)) AS pairs FROM shop.orders;

-- case: agg_count_whole_row
SELECT count(o) AS n FROM shop.orders o;

-- case: agg_count_whole_row_star
SELECT count(o.*) AS n FROM shop.customers c LEFT JOIN shop.orders o ON o.customer_id = c.id;

-- case: agg_all_keyword
SELECT sum(ALL total) AS s FROM shop.orders;

-- case: agg_filter
SELECT count(*) FILTER (WHERE status = 'paid') AS paid, sum(total) FILTER (WHERE shipped_on IS NOT NULL) AS shipped FROM shop.orders;

-- case: agg_order_by
SELECT string_agg(name, ', ' ORDER BY score DESC NULLS LAST, id) AS names FROM shop.customers;

-- case: agg_distinct_order_by
SELECT array_agg(DISTINCT currency ORDER BY currency DESC) AS currencies FROM shop.orders;

-- case: agg_order_by_column_not_argument
SELECT array_agg(id ORDER BY placed_at) AS ids FROM shop.orders;

-- case: agg_order_by_using
SELECT array_agg(id ORDER BY total USING >) AS ids FROM shop.orders;

-- case: agg_within_group
SELECT percentile_disc(0.9) WITHIN GROUP (ORDER BY total) AS p90 FROM shop.orders;

-- case: agg_within_group_array_fraction
SELECT percentile_cont(ARRAY[0.25, 0.5]) WITHIN GROUP (ORDER BY value DESC) AS q FROM shop.readings;

-- case: agg_mode
SELECT mode() WITHIN GROUP (ORDER BY currency) AS usual FROM shop.orders;

-- case: agg_hypothetical_set
SELECT rank(100, 'EUR') WITHIN GROUP (ORDER BY total, currency) AS would_rank, dense_rank(5) WITHIN GROUP (ORDER BY id) AS dense FROM shop.orders;

-- case: agg_within_group_filter
SELECT currency, percentile_cont(0.5) WITHIN GROUP (ORDER BY total) FILTER (WHERE status <> 'new') AS median FROM shop.orders GROUP BY currency;

-- case: agg_custom
SELECT shop.product_of(quantity::numeric) AS product FROM shop.order_items;

-- case: agg_custom_polymorphic_ordered
SELECT shop.first_seen(name ORDER BY created_at) AS first_one FROM shop.customers;

-- case: agg_nested_in_expression
SELECT round(sum(total) / NULLIF(count(*), 0), 2) AS mean FROM shop.orders;

-- case: agg_two_arguments
SELECT corr(quantity, price) AS c, regr_slope(price, quantity) AS slope FROM shop.order_items;

-- case: agg_json
SELECT json_agg(o ORDER BY o.id) AS orders, jsonb_object_agg(o.id, o.note) AS notes FROM shop.orders o;

-- case: agg_json_of_constructed_rows
SELECT json_agg(json_build_object('id', id, 'who', customer_id)) AS j FROM shop.orders;

-- case: agg_array_of_rows
SELECT array_agg(s) AS settings FROM public.settings s;

-- case: agg_bool_and_bits
SELECT bool_and(total > 0) AS all_positive, every(note IS NULL) AS no_notes, bit_or(flags) AS flags FROM shop.orders, shop.readings;

-- case: agg_over_subquery
SELECT avg(s.n) AS mean FROM (SELECT count(*) AS n FROM shop.order_items GROUP BY order_id) s;

-- case: agg_min_max_of_types
SELECT min(placed_at) AS a, max(shipped_on) AS b, min(status) AS c FROM shop.orders;

-- case: agg_with_case_inside
SELECT sum(CASE WHEN status = 'returned' THEN -total ELSE total END) AS net FROM shop.orders;

-- case: agg_range
-- since: 14
SELECT range_agg(available) AS spans, range_intersect_agg(available) AS common_span FROM shop.products;

-- case: agg_any_value
-- since: 16
SELECT currency, any_value(note) AS some_note FROM shop.orders GROUP BY currency;

-- case: agg_variadic
SELECT max(GREATEST(p.price, i.price)) AS top, sum(cardinality(p.dims)) AS d FROM shop.products p JOIN shop.order_items i ON i.product_id = p.id;

-- case: agg_xmlagg
SELECT xmlagg(xmlelement(name p, sku) ORDER BY id DESC) AS x FROM shop.products;
