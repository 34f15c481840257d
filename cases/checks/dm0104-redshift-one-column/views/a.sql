CREATE VIEW marts.items AS SELECT i.sku::varchar AS sku, i.price.net AS net FROM raw.orders o, o.items AS i;
CREATE VIEW marts.one AS SELECT sku FROM marts.items;
CREATE VIEW marts.misspelt AS SELECT o.skv FROM marts.one AS o;
