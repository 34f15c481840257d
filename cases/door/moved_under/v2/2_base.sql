CREATE MATERIALIZED VIEW sub.base AS
SELECT day, shop_id, net FROM sub.clean WHERE net > 0;
