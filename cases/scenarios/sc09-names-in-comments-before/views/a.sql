-- mart.a is made before mart.b. Do not DROP TABLE mart.c; it is read by mart.b.
/* SELECT * FROM mart.b */
CREATE VIEW mart.a AS
SELECT 1 AS id;
