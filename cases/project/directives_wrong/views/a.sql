-- dormer: refesh = { every = "5m" }
-- dormer: refresh = { evry = "5m", mode = "fast" }
-- dormer: keep_retired = 5
-- dormer: audti "x"
-- dormer: max_extra_storage = "5GB"
-- dormer: tags = ["a", 1]
-- dormer:
CREATE VIEW marts.orders AS SELECT 1 AS id;
-- dormer: audit
SELECT * FROM marts.orders;
