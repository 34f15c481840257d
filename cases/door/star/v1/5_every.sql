CREATE MATERIALIZED VIEW marts.every AS
SELECT s.net AS shop_net, d.net AS day_net FROM marts.by_shop AS s, marts.by_day AS d;
