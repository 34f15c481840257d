CREATE MATERIALIZED VIEW marts.over AS
SELECT max(net) AS net FROM marts.snapshot;
