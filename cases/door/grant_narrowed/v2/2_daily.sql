CREATE MATERIALIZED VIEW marts.daily AS
SELECT day, shop_id, sum(net) AS revenue FROM sub.clean GROUP BY day, shop_id;
CREATE UNIQUE INDEX daily_key ON marts.daily (day, shop_id);
COMMENT ON MATERIALIZED VIEW marts.daily IS 'Revenue per shop and day';
GRANT SELECT ON marts.daily TO finance;
GRANT SELECT (day) ON marts.daily TO intern;
GRANT ALL (shop_id) ON marts.daily TO bela;
GRANT SELECT ON marts.daily TO CURRENT_USER;
