CREATE VIEW marts.orders AS
SELECT '${stag}' AS a, '${env:HOME}' AS b, '${unset}' AS c, '${}' AS d,
       '${never_closed' AS e, '${nothing_like_it}' AS f
FROM raw.orders;
