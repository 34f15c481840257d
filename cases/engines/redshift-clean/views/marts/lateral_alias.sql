CREATE OR REPLACE VIEW marts.lateral_alias AS
SELECT
    amount AS gross,
    gross * 0.19 AS vat,
    gross - vat AS net,
    CASE WHEN net > 100 THEN 'big' ELSE 'small' END AS size
FROM raw.orders;
