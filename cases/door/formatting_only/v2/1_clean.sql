-- Says what it is.
CREATE MATERIALIZED VIEW sub.clean AS
select  id,
  shop_id, /* when */ day, net, tax FROM raw.orders WHERE status = 'paid';
