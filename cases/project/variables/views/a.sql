-- Orders of ${stage}.
CREATE VIEW marts.orders_${stage} AS
SELECT '${user}' AS u, '$${stage}' AS literal, '${secret:KEY}' AS s${empty}
FROM raw.orders_${stage};
COMMENT ON VIEW marts.orders_${stage} IS $$in ${stage}$$;
GRANT SELECT ON marts.nobody TO x;
