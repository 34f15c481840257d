-- dormer: keep_retired = "0s"
-- dormer: strategy = "recreate"
CREATE VIEW marts.plain AS SELECT id FROM raw.orders;
