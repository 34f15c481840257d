CREATE MATERIALIZED VIEW sub.mv2_shops AS SELECT id FROM raw.shops;
CREATE UNIQUE INDEX mv2_shops_key ON sub.mv2_shops (id);
