CREATE MATERIALIZED VIEW sub.orders_2024_daily AS SELECT id FROM sub.mv_02_b;
CREATE UNIQUE INDEX orders_2024_daily_key ON sub.orders_2024_daily (id);
