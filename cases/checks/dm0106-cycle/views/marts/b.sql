CREATE VIEW marts.b AS
SELECT b.id
FROM marts.c b JOIN marts.d d ON d.id = b.id;
