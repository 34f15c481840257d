-- Window functions, named windows and frames.

-- case: win_row_number
SELECT id, row_number() OVER (PARTITION BY customer_id ORDER BY placed_at DESC) AS n FROM shop.orders;

-- case: win_empty
SELECT id, count(*) OVER () AS n FROM shop.orders;

-- case: win_named
SELECT id, sum(total) OVER w AS running, avg(total) OVER w AS mean FROM shop.orders WINDOW w AS (PARTITION BY currency ORDER BY placed_at);

-- case: win_named_in_parentheses
SELECT id, sum(total) OVER (w) AS s FROM shop.orders WINDOW w AS (ORDER BY id);

-- case: win_inherits
SELECT id, sum(total) OVER (w ORDER BY placed_at) AS s FROM shop.orders WINDOW w AS (PARTITION BY customer_id);

-- case: win_inherits_in_chain
SELECT id, rank() OVER w2 AS r, sum(total) OVER (w2 ROWS UNBOUNDED PRECEDING) AS s
FROM shop.orders WINDOW w1 AS (PARTITION BY currency), w2 AS (w1 ORDER BY total DESC);

-- case: win_unused_window
SELECT id FROM shop.orders WINDOW unused AS (PARTITION BY note ORDER BY shipped_on);

-- case: win_name_equals_table
SELECT id, rank() OVER orders AS r FROM shop.orders WINDOW orders AS (ORDER BY total);

-- case: win_name_equals_column
SELECT id, rank() OVER total AS r FROM shop.orders WINDOW total AS (ORDER BY total);

-- case: win_rows_frame
SELECT at, avg(value) OVER (PARTITION BY sensor ORDER BY at ROWS BETWEEN 2 PRECEDING AND CURRENT ROW) AS smooth FROM shop.readings;

-- case: win_range_interval_frame
SELECT sensor, sum(value) OVER (ORDER BY at RANGE BETWEEN INTERVAL '1 hour' PRECEDING AND INTERVAL '10 minutes' FOLLOWING) AS s FROM shop.readings;

-- case: win_groups_frame
SELECT id, count(*) OVER (ORDER BY shipped_on GROUPS BETWEEN 1 PRECEDING AND 1 FOLLOWING) AS n FROM shop.orders;

-- case: win_exclude_current_row
SELECT id, avg(total) OVER (ORDER BY id ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING EXCLUDE CURRENT ROW) AS others FROM shop.orders;

-- case: win_exclude_group_ties_no_others
SELECT id,
       sum(total) OVER (ORDER BY currency RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW EXCLUDE GROUP) AS a,
       sum(total) OVER (ORDER BY currency ROWS 3 PRECEDING EXCLUDE TIES) AS b,
       sum(total) OVER (ORDER BY currency ROWS UNBOUNDED PRECEDING EXCLUDE NO OTHERS) AS c
FROM shop.orders;

-- case: win_frame_bound_expression
SELECT id, sum(total) OVER (ORDER BY id ROWS BETWEEN (SELECT count(*) FROM shop.categories) PRECEDING AND 1 + 1 FOLLOWING) AS s FROM shop.orders;

-- case: win_lag_lead
SELECT id, lag(total, 1, 0::numeric) OVER w AS before_it, lead(total) OVER w AS after_it, nth_value(note, 2) OVER w AS second FROM shop.orders WINDOW w AS (ORDER BY placed_at, id);

-- case: win_first_last_value
SELECT DISTINCT customer_id, first_value(id) OVER w AS first_order, last_value(id) OVER w AS last_order
FROM shop.orders
WINDOW w AS (PARTITION BY customer_id ORDER BY placed_at ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING);

-- case: win_ntile_and_distribution
SELECT id, ntile(4) OVER (ORDER BY total) AS quarter, percent_rank() OVER (ORDER BY total) AS pr, cume_dist() OVER (ORDER BY total) AS cd FROM shop.orders;

-- case: win_over_aggregate
SELECT currency, sum(total) AS s, sum(sum(total)) OVER () AS all_of_it, rank() OVER (ORDER BY sum(total) DESC) AS r FROM shop.orders GROUP BY currency;

-- case: win_filter
SELECT id, count(*) FILTER (WHERE status = 'paid') OVER (PARTITION BY customer_id) AS paid FROM shop.orders;

-- case: win_in_order_by
SELECT id FROM shop.orders ORDER BY row_number() OVER (PARTITION BY currency ORDER BY total DESC), id;

-- case: win_in_expression
SELECT id, total / NULLIF(sum(total) OVER (PARTITION BY currency), 0) AS share FROM shop.orders;

-- case: win_top_n_by_subquery
SELECT id, customer_id FROM (SELECT o.*, row_number() OVER (PARTITION BY o.customer_id ORDER BY o.total DESC) AS rn FROM shop.orders o) ranked WHERE rn <= 3;

-- case: win_partition_by_expression
SELECT id, rank() OVER (PARTITION BY date_trunc('month', placed_at), upper(currency) ORDER BY total * 2 DESC NULLS LAST) AS r FROM shop.orders;

-- case: win_order_using
SELECT id, rank() OVER (ORDER BY total USING <) AS r FROM shop.orders;

-- case: win_several_distinct_windows
SELECT o.id, rank() OVER (ORDER BY o.total) AS a, rank() OVER (ORDER BY c.score) AS b, count(p.id) OVER (PARTITION BY p.method) AS d
FROM shop.orders o JOIN shop.customers c ON c.id = o.customer_id LEFT JOIN shop.payments p ON p.order_id = o.id;

-- case: win_whole_row_argument
SELECT id, lag(o) OVER (ORDER BY id) AS previous FROM shop.orders o;

-- case: win_custom_aggregate
SELECT line_no, shop.product_of(quantity::numeric) OVER (PARTITION BY order_id ORDER BY line_no) AS p FROM shop.order_items;

-- case: win_quoted_name
SELECT a, sum("A") OVER "My Window" AS s FROM "Odd Schema".plain WINDOW "My Window" AS (PARTITION BY b);

-- case: win_columns_named_like_frame_words
SELECT w.rows, sum(w.range) OVER (ORDER BY w.rows ROWS 1 PRECEDING) AS s FROM (SELECT id AS rows, total AS range FROM shop.orders) w;
