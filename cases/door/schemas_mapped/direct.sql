CREATE MATERIALIZED VIEW sub.clean AS
SELECT id, shop_id, day, net + tax AS net, tax FROM raw.orders WHERE status = 'paid';
CREATE MATERIALIZED VIEW anna_marts.daily AS
SELECT day, shop_id, sum(net) AS revenue FROM sub.clean GROUP BY day, shop_id;
CREATE UNIQUE INDEX daily_key ON anna_marts.daily (day, shop_id);
COMMENT ON MATERIALIZED VIEW anna_marts.daily IS 'Revenue per shop and day';
GRANT SELECT ON anna_marts.daily TO finance;
CREATE MATERIALIZED VIEW anna_marts.weekly AS
SELECT date_trunc('week', day) AS week, sum(revenue) AS revenue FROM anna_marts.daily GROUP BY 1;
