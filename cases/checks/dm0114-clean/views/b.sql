CREATE VIEW marts.star AS SELECT * FROM raw.orders;
