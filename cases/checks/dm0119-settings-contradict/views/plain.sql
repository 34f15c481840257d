-- dormer: refresh = { every = "5m" }
-- dormer: sink = "keep"
-- dormer: strategy = "alias"
-- dormer: owner = "anna"
CREATE VIEW marts.plain AS SELECT id FROM raw.orders;
ALTER VIEW marts.plain OWNER TO bert;
