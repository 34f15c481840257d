CREATE MATERIALIZED VIEW marts.through_a_cte AS
WITH shops AS (SELECT * FROM raw.shops) SELECT * FROM shops;
CREATE UNIQUE INDEX through_a_cte_key ON marts.through_a_cte (id);
CREATE MATERIALIZED VIEW marts.unheard AS
SELECT u.*, 1 AS one FROM elsewhere.unheard u JOIN (SELECT * FROM elsewhere.unheard) v ON v.id = u.id;
CREATE UNIQUE INDEX unheard_key ON marts.unheard (one);
