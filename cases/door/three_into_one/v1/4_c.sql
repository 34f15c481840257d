CREATE MATERIALIZED VIEW marts.c AS
SELECT p1.shop_id, p1.net + p2.net + p3.net AS net
FROM sub.p1 JOIN sub.p2 USING (shop_id) JOIN sub.p3 USING (shop_id);
