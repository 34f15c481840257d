CREATE MATERIALIZED VIEW marts.listed AS SELECT a FROM raw.t UNION ALL SELECT a FROM raw.u;
CREATE MATERIALIZED VIEW marts.wrapped AS (SELECT a FROM raw.t UNION ALL SELECT a FROM raw.u);
CREATE MATERIALIZED VIEW marts.columns AS SELECT approximate, k.left, k.median FROM raw.t k;
CREATE MATERIALIZED VIEW marts.inside AS SELECT x.a FROM (SELECT a FROM raw.t) x WHERE x.a IN (1, 2);
CREATE MATERIALIZED VIEW marts.cut AS SELECT left(a, 3) AS a, count(*) AS n FROM raw.t GROUP BY a;
