CREATE VIEW base.calendar AS
SELECT d.day::date AS day, extract(isodow FROM d.day) > 5 AS weekend
FROM generate_series(date '2020-01-01', date '2030-12-31', interval '1 day') AS d (day);
