CREATE MATERIALIZED VIEW marts.c AS
SELECT shop_id, net, orders FROM sub.p;
