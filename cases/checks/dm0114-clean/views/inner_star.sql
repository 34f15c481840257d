CREATE MATERIALIZED VIEW marts.inner_star AS
SELECT i.id FROM (SELECT * FROM raw.shops) i;
CREATE UNIQUE INDEX inner_star_key ON marts.inner_star (id);
