CREATE VIEW marts.noted AS
SELECT s.name, n.note FROM raw.shops AS s JOIN marts.notes AS n ON n.shop_id = s.id;
