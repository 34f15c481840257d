CREATE MATERIALIZED VIEW marts.joined AS SELECT 1 AS id;
CREATE UNIQUE INDEX joined_key ON marts.joined (id);
-- dormer: audit "every id is known"
SELECT id FROM marts.joined JOIN marts.a ON a.id = joined.ident WHERE net IS NULL;
