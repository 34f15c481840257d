CREATE MATERIALIZED VIEW marts.f AS SELECT row_number() OVER (PARTITION BY id ORDER BY day) AS n, listagg(id, ',') WITHIN GROUP (ORDER BY day) AS l FROM raw.t GROUP BY id, day;
