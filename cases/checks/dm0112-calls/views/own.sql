CREATE MATERIALIZED VIEW marts.own AS
SELECT id, shop.pairs(max(doc)) AS k FROM raw.t GROUP BY id;
