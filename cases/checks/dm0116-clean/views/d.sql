CREATE MATERIALIZED VIEW sub.top_10_shops AS SELECT id FROM raw.shops;
CREATE UNIQUE INDEX top_10_shops_key ON sub.top_10_shops (id);
